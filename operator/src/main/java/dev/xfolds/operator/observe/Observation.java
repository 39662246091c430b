package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that status is made of.
 *
 * @param at when it was observed
 * @param attempts all that are known, oldest first
 * @param counts what status keeps beyond the attempts that it lists
 * @param trainers states of the trainer's pods
 * @param evaluator state of the evaluator's pod
 * @param waiting why pods are not ready; empty if nobody said
 * @param progress the latest that was heard, also of an earlier attempt
 * @param heardAt when progress was heard; empty: just now, or never
 * @param reports of the evaluator; empty until they were listed
 * @param queue where the run stands in its queue; empty if it names none
 */
public record Observation(
    RunPlan plan,
    Instant at,
    List<Attempt> attempts,
    Counts counts,
    Ranks trainers,
    PodState evaluator,
    Optional<Wait> waiting,
    Optional<RunProgress> progress,
    Optional<Instant> heardAt,
    List<Report> reports,
    Verdict verdict,
    Optional<QueueView> queue) {
  /** A trainer that said nothing for so long does not answer. */
  private static final Duration SILENT = Duration.ofSeconds(30);

  public Observation {
    attempts = List.copyOf(attempts);
    reports = List.copyOf(reports);
  }

  /** State of rank 0's pod. */
  public PodState trainer() {
    return trainers.first();
  }

  /** Whether rank 0's pod of this attempt runs, so that what is heard is of it. */
  public boolean trainerIsUp() {
    return trainer() == PodState.READY || trainer() == PodState.NOT_READY;
  }

  /** Whether an attempt has left nothing to train. */
  public boolean done() {
    return attempts.stream().anyMatch(Attempt::done);
  }

  /** Since when nobody has said how far training is; empty if somebody did just now. */
  public Optional<Instant> silentSince() {
    return heardAt.filter(heard -> at.isAfter(heard.plus(SILENT)));
  }

  /**
   * What status keeps of all attempts.
   *
   * @param generation of the spec that was observed
   * @param attempts ever
   * @param restarts failures that another attempt followed
   * @param jobs number of the newest trainer Job
   */
  public record Counts(long generation, int attempts, int restarts, int jobs) {

    /** Where all attempts are at hand and there is neither a generation nor a Job. */
    public static Counts of(List<Attempt> attempts) {
      int failed = (int) attempts.stream().filter(Attempts::failed).count();
      boolean lastFailed = !attempts.isEmpty() && Attempts.failed(attempts.getLast());
      return new Counts(1, attempts.size(), lastFailed ? failed - 1 : failed, 0);
    }
  }

  /** An observation of processes on this machine. */
  public static Observation local(
      RunPlan plan,
      Instant at,
      List<Attempt> attempts,
      Ranks trainers,
      PodState evaluator,
      Optional<RunProgress> progress,
      List<Report> reports,
      Verdict verdict) {
    return new Observation(
        plan,
        at,
        attempts,
        Counts.of(attempts),
        trainers,
        evaluator,
        Optional.empty(),
        progress,
        Optional.empty(),
        reports,
        verdict,
        Optional.empty());
  }
}
