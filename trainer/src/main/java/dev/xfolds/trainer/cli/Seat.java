package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.WorldSize;
import java.util.Map;

/** Which of a run's processes this one is. */
sealed interface Seat {

  /** Number of a worker, set in the pods of an Indexed Job. */
  String WORKER_VARIABLE = "JOB_COMPLETION_INDEX";

  /** Number of a rank within its worker, set in the processes that a worker of several starts. */
  String RANK_VARIABLE = "XFOLDS_LOCAL_RANK";

  /**
   * A rank.
   *
   * @param number among all ranks of the run
   * @param local among those of its worker; the first of them is asked for all by probes and by the
   *     operator
   * @param started whether a worker has started it
   */
  record Rank(int number, int local, boolean started) implements Seat {

    boolean answers() {
      return local == 0;
    }
  }

  /**
   * The process of a pod in which several ranks train.
   *
   * @param first of them, among all ranks of the run
   * @param ranks how many
   */
  record Several(int first, int ranks) implements Seat {}

  /**
   * Reads it from the environment; nobody numbers a process that is alone. Refuses the pods that a
   * Job has beyond the plan: they have the attempt of the others, and would write into the same
   * folder.
   *
   * @throws TrainerException code 10 for such a pod: the next Job is made from the plan; code 2 if
   *     what should be a number is none
   */
  static Seat of(Map<String, String> environment, RunPlan plan) {
    WorldSize size = WorldSize.of(plan);
    int worker = number(environment, WORKER_VARIABLE);
    if (worker >= size.workers()) {
      throw TrainerException.retry(
          "%s is %d, and the plan has %d workers: the Job was edited"
              .formatted(WORKER_VARIABLE, worker, size.workers()));
    }
    int first = worker * size.ranksPerWorker();
    boolean started = environment.containsKey(RANK_VARIABLE);
    if (size.ranksPerWorker() > 1 && !started) {
      return new Several(first, size.ranksPerWorker());
    }
    int local = number(environment, RANK_VARIABLE);
    if (local >= size.ranksPerWorker()) {
      throw TrainerException.invalid(
          "%s must be below the ranks of a worker in the plan (%d), was %d"
              .formatted(RANK_VARIABLE, size.ranksPerWorker(), local));
    }
    return new Rank(first + local, local, started);
  }

  private static int number(Map<String, String> environment, String variable) {
    String given = environment.getOrDefault(variable, "0");
    if (!given.matches("[0-9]{1,9}")) {
      throw TrainerException.invalid(
          "%s must be the number of a process, was \"%s\"".formatted(variable, given));
    }
    return Integer.parseInt(given);
  }
}
