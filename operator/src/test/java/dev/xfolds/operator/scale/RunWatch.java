package dev.xfolds.operator.scale;

import dev.xfolds.operator.api.TrainingRun;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What is seen of a namespace's runs from outside, and when. */
final class RunWatch implements Watcher<TrainingRun>, AutoCloseable {
  private final Map<String, Instant> conditions = new ConcurrentHashMap<>();
  private final Map<String, Long> steps = new ConcurrentHashMap<>();
  private volatile Optional<WatcherException> broken = Optional.empty();
  private Watch watch;

  private RunWatch() {}

  static RunWatch of(KubernetesClient client, String namespace) {
    RunWatch seen = new RunWatch();
    seen.watch = client.resources(TrainingRun.class).inNamespace(namespace).watch(seen);
    return seen;
  }

  /** When a run was first seen with a condition; empty if it was not yet. */
  Optional<Instant> condition(String run) {
    return Optional.ofNullable(conditions.get(run));
  }

  /** Runs with a condition. */
  int withCondition() {
    mustHold();
    return conditions.size();
  }

  /** The latest step in status, by run; runs without progress are not in it. */
  Map<String, Long> steps() {
    mustHold();
    return Map.copyOf(steps);
  }

  @Override
  public void eventReceived(Action action, TrainingRun run) {
    Instant now = Instant.now();
    String name = run.getMetadata().getName();
    if (run.getStatus() == null) {
      return;
    }
    if (!run.getStatus().conditions().isEmpty()) {
      conditions.putIfAbsent(name, now);
    }
    if (run.getStatus().progress() != null && run.getStatus().progress().step() != null) {
      steps.put(name, run.getStatus().progress().step());
    }
  }

  @Override
  public void onClose(WatcherException cause) {
    broken = Optional.of(cause);
  }

  @Override
  public void close() {
    watch.close();
  }

  private void mustHold() {
    broken.ifPresent(
        cause -> {
          throw new ScaleException("the watch on runs broke", cause);
        });
  }
}
