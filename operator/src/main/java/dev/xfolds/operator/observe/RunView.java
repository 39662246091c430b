package dev.xfolds.operator.observe;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The pods and Jobs of a run, as the caches show them.
 *
 * @param job the newest
 * @param trainerPods that exist, of all Jobs
 * @param evaluator empty if there is none
 */
public record RunView(Optional<JobView> job, List<Pod> trainerPods, Optional<Pod> evaluator) {
  private static final Comparator<Pod> BY_AGE =
      Comparator.comparing(
          pod -> pod.getMetadata().getCreationTimestamp(),
          Comparator.nullsFirst(Comparator.naturalOrder()));

  public RunView {
    trainerPods = List.copyOf(trainerPods);
  }

  /**
   * A trainer Job.
   *
   * @param number the end of its name
   * @param suspended whether it is asked to have no pods
   * @param ended whether it will never have pods again
   * @param attempt that its template names, and pods of it may have had; 0 if it names none
   */
  public record JobView(int number, boolean suspended, boolean ended, int attempt) {
    /** Whose template names no attempt. */
    public JobView(int number, boolean suspended, boolean ended) {
      this(number, suspended, ended, 0);
    }
  }

  /**
   * Pods whose process can still write, and is not fenced off: one that is deleted on a lost node
   * may live on, and no attempt waits for it.
   */
  public long livePods(Instant now) {
    return trainerPods.stream()
        .filter(pod -> PodFacts.state(pod) != PodState.ENDED && !PodWaits.overdue(pod, now))
        .count();
  }

  /**
   * States of the trainer pods by rank.
   *
   * @param workers pods that the run has when it trains
   */
  public Ranks trainers(int workers) {
    Map<Integer, Pod> byRank = newest();
    return new Ranks(
        IntStream.range(0, workers)
            .mapToObj(byRank::get)
            .map(pod -> pod == null ? PodState.ABSENT : PodFacts.state(pod))
            .toList());
  }

  public PodState evaluatorState() {
    return evaluator.map(PodFacts::state).orElse(PodState.ABSENT);
  }

  /**
   * Why pods are not ready; of trainer and evaluator the trainer, unless it is only gated: then it
   * may wait for the evaluator.
   */
  public Optional<Wait> waiting(Instant now) {
    Map<Integer, Pod> byRank = newest();
    List<Wait> trainers =
        byRank.entrySet().stream()
            .flatMap(one -> PodWaits.of(one.getValue(), who(one, byRank.size()), now).stream())
            .toList();
    return trainers.stream()
        .filter(wait -> wait.cause() != WaitCause.SCHEDULING_GATED)
        .findFirst()
        .or(() -> evaluator.flatMap(pod -> PodWaits.of(pod, "evaluator", now)))
        .or(() -> trainers.stream().findFirst());
  }

  private static String who(Map.Entry<Integer, Pod> one, int ranks) {
    return ranks == 1 ? "trainer" : "trainer of worker " + one.getKey();
  }

  /** Of the newest Job: the newest pod of each rank. */
  private SortedMap<Integer, Pod> newest() {
    SortedMap<Integer, Pod> byRank = new TreeMap<>();
    Optional<Pod> last = trainerPods.stream().max(BY_AGE);
    trainerPods.stream()
        .filter(pod -> last.filter(one -> jobs(one).equals(jobs(pod))).isPresent())
        .sorted(BY_AGE)
        .forEach(pod -> byRank.put(PodFacts.rank(pod), pod));
    return byRank;
  }

  private static List<String> jobs(Pod pod) {
    return pod.getMetadata().getOwnerReferences().stream().map(OwnerReference::getName).toList();
  }
}
