package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.checkpoint.Part;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.Sample;
import dev.xfolds.trainer.model.Cost;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.List;

/**
 * A model with its vocabularies: how it reads samples, what it is trained and measured by, how it
 * answers. Images come as pixels, or as {@link #features} where the image tower is frozen.
 */
sealed interface Learner permits ClipLearner, VqaLearner {

  ParameterSet parameters();

  Cost cost();

  /** Files of a checkpoint that belong to the weights. */
  List<Part> vocabularies();

  Encoded encode(List<Sample> samples);

  /**
   * What the frozen image tower makes of images; one tensor per image.
   *
   * @param imagesBCHW normalised pixels, (batch, 3, side, side), float32
   */
  NDArray features(NDArray imagesBCHW);

  /**
   * Adds the gradients of a batch's loss to the parameters, those of the whole batch whatever the
   * number of samples that pass through the model at once.
   *
   * @param atOnce at most so many samples; bounds the memory
   * @return the loss
   */
  double gather(StepInput input, int atOnce, Mode.Training mode);

  /** Loss and right answers on a batch, without gradients. */
  Measured measure(StepInput input, int atOnce);

  /** Whether {@link #measure} of a batch of this size can be averaged with that of others. */
  boolean measurable(int batch, int usualBatch);

  /** After the optimizer has moved the parameters. */
  void afterStep();

  Answerer answerer(Preprocessing preprocessing);

  default boolean frozenImages() {
    return parameters().isFrozen(ModelPart.IMAGE_TOWER);
  }
}
