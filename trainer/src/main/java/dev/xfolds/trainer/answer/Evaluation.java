package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.progress.RunState;
import java.util.function.BooleanSupplier;

/** What is evaluated, however many streams it takes. */
record Evaluation(
    Hello hello,
    Iterable<Fingerprint> fingerprints,
    Answerer model,
    RunState state,
    BooleanSupplier stopRequested) {

  Evaluation {
    if (model.batchSize() < 1) {
      throw new IllegalArgumentException(
          "model.batchSize must be at least 1, was " + model.batchSize());
    }
  }

  /**
   * @throws TrainerException code 12 if the run is to stop
   */
  void checkStop() {
    if (stopRequested.getAsBoolean()) {
      throw TrainerException.stopped(
          "stopped on request during the evaluation of %s, %d of %d questions answered"
              .formatted(
                  hello.getTask(),
                  state.progress().getQuestionsAnswered(),
                  state.progress().getQuestionsTotal()));
    }
  }
}
