package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import java.util.Optional;

/** The optimizer of a plan, as it is at the start or as a checkpoint has it. */
final class Optimizers {

  private Optimizers() {}

  /**
   * Makes it.
   *
   * @param manager owns its state
   * @param resumed empty at the start
   * @throws TrainerException code 2 if the checkpoint has another optimizer's state, or a group of
   *     parameters is empty
   */
  static Optimizer of(
      TrainingPlan plan, ParameterSet parameters, NDManager manager, Optional<Checkpoint> resumed) {
    Optimizer optimizer = create(plan, parameters, manager);
    resumed.ifPresent(checkpoint -> load(optimizer, checkpoint));
    return optimizer;
  }

  private static Optimizer create(TrainingPlan plan, ParameterSet parameters, NDManager manager) {
    try {
      return Optimizer.create(plan, parameters, manager);
    } catch (TensorException e) {
      throw TrainerException.invalid(e.getMessage(), e);
    }
  }

  private static void load(Optimizer optimizer, Checkpoint checkpoint) {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint.file(Checkpoint.OPTIMIZER))) {
      optimizer.load(file);
    } catch (TensorException e) {
      throw TrainerException.invalid(
          "checkpoint %s has the state of another optimizer: %s"
              .formatted(checkpoint.folder().getFileName(), e.getMessage()),
          e);
    }
  }
}
