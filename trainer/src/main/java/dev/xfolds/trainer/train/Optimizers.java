package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The optimizer of a plan, as it is at the start or as a checkpoint has it. */
final class Optimizers {

  private Optimizers() {}

  /**
   * Makes it.
   *
   * @param share of this rank
   * @param manager owns its state
   * @param resumed empty at the start
   * @throws TrainerException code 2 if the checkpoint has another optimizer's state, or a group of
   *     parameters is empty
   */
  static Optimizer of(
      TrainingPlan plan,
      ParameterSet parameters,
      Share share,
      NDManager manager,
      Optional<Checkpoint> resumed) {
    Optimizer optimizer = create(plan, parameters, share, manager);
    resumed.ifPresent(checkpoint -> load(optimizer, checkpoint));
    return optimizer;
  }

  private static Optimizer create(
      TrainingPlan plan, ParameterSet parameters, Share share, NDManager manager) {
    try {
      return Optimizer.create(plan, parameters, share, manager);
    } catch (TensorException e) {
      throw TrainerException.invalid(e.getMessage(), e);
    }
  }

  /** Ranks may have been as many as they like. */
  private static void load(Optimizer optimizer, Checkpoint checkpoint) {
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      checkpoint.optimizers().forEach(file -> files.add(SafetensorsFile.open(file)));
      optimizer.load(files);
    } catch (TensorException e) {
      throw TrainerException.invalid(
          "checkpoint %s has the state of another optimizer: %s"
              .formatted(checkpoint.folder().getFileName(), e.getMessage()),
          e);
    } finally {
      files.forEach(SafetensorsFile::close);
    }
  }
}
