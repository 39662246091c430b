package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.observe.Attempts.TrainerPod;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Trainer pods that were seen to end, by run and by pod, until status tells of their end. */
final class Endings {
  /** Of so many runs; those of deleted runs are pushed out. */
  private static final int MAX_RUNS = 10_000;

  private final Map<String, Map<String, TrainerPod>> byRun =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Map<String, TrainerPod>> eldest) {
              return size() > MAX_RUNS;
            }
          });

  void remember(String runUid, String podUid, TrainerPod pod) {
    byRun.computeIfAbsent(runUid, _ -> new ConcurrentHashMap<>()).put(podUid, pod);
  }

  List<TrainerPod> of(String runUid) {
    return List.copyOf(byRun.getOrDefault(runUid, Map.of()).values());
  }

  /** Drops the pods of attempts up to this one, which have ended in status and never change. */
  void told(String runUid, int attempt) {
    byRun.getOrDefault(runUid, Map.of()).values().removeIf(pod -> pod.attempt() <= attempt);
  }

  void forget(String runUid) {
    byRun.remove(runUid);
  }
}
