package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.TaskKind;
import java.util.List;
import java.util.Set;

/** A model that answers. */
public interface Answerer {

  /** The kinds of tasks that it can answer; they go into the Hello. */
  Set<TaskKind> capabilities();

  /**
   * Answers questions; one that fails ends the evaluation. The evaluator takes a client that is
   * silent for its --silence-seconds (two minutes) for dead, so a batch must not take longer.
   *
   * @param batch 1 to {@link #batchSize} questions of one task
   * @return one answer per question, in the same order
   */
  List<Answered> answer(List<Asked> batch);

  /** How many questions it answers best at once, at least 1. */
  int batchSize();
}
