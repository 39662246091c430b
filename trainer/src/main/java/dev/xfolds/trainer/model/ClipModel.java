package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.nn.LayerNorm;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.nn.TransformerNames;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.OptionalInt;

/**
 * CLIP (arXiv:2103.00020). Parameter names are those of transformers' CLIPModel with a ViT tower,
 * and those of open_clip's CLIP with a ResNet tower. First values follow OpenAI's CLIP. Nothing
 * here owns the arrays that a forward pass makes: call it inside of an {@link
 * ai.djl.ndarray.NDScope}.
 */
public final class ClipModel {

  private final ParameterSet parameters;
  private final ImageTower image;
  private final TextTower text;
  private final Parameter logitScale;
  private final Parameter minusHalf;
  private final double maxLogitScale;

  private ClipModel(ClipPlan plan, Arithmetic arithmetic, double imageEpsilon, double textEpsilon) {
    parameters = new ParameterSet(arithmetic);
    TransformerNames names =
        plan.getImage().getKindCase() == ImageTowerPlan.KindCase.VIT
            ? TransformerNames.TRANSFORMERS
            : TransformerNames.OPEN_CLIP;
    ParameterScope scope = parameters.scope(ModelPart.TEXT_TOWER);
    logitScale =
        scope.factor("logit_scale", new Initializer.Constant((float) plan.getLogitScaleInit()));
    minusHalf = scope.scalar("loss.minus_half", -0.5);
    maxLogitScale = Math.log(plan.getLogitScaleMax());
    int projection = plan.getProjectionWidth();
    text = new TextTower(scope, plan.getText(), projection, names, textEpsilon);
    image =
        ImageTower.declare(parameters, plan.getImage(), OptionalInt.of(projection), imageEpsilon);
  }

  /**
   * A model without values: names, shapes and cost of any size at no memory.
   *
   * @throws IllegalArgumentException naming the size that does not fit
   */
  public static ClipModel outline(ClipPlan plan) {
    return new ClipModel(plan, Arithmetic.USUAL, LayerNorm.EPSILON, LayerNorm.EPSILON);
  }

  /** The outline of a model that was made with other epsilons in its layer norms. */
  static ClipModel outline(
      ClipPlan plan, Arithmetic arithmetic, double imageEpsilon, double textEpsilon) {
    return new ClipModel(plan, arithmetic, imageEpsilon, textEpsilon);
  }

  /**
   * A model with first values.
   *
   * @param manager owns the parameters
   */
  public static ClipModel create(
      ClipPlan plan, Arithmetic arithmetic, NDManager manager, long seed) {
    ClipModel model = new ClipModel(plan, arithmetic, LayerNorm.EPSILON, LayerNorm.EPSILON);
    model.parameters.allocate(manager, seed);
    return model;
  }

  public ParameterSet parameters() {
    return parameters;
  }

  /**
   * Where images lie in the shared space.
   *
   * @param imagesBCHW normalised pixels, (batch, 3, side, side), float32
   * @return unit vectors, (batch, projection width)
   */
  public NDArray encodeImage(NDArray imagesBCHW, Mode mode) {
    boolean training = mode.isTraining() && !parameters.isFrozen(ModelPart.IMAGE_TOWER);
    return Ops.unit(image.embed(imagesBCHW, training));
  }

  /**
   * Where texts lie in the shared space.
   *
   * @param idsBL token ids, (batch, length), int64; the length may be shorter than the context,
   *     what stands behind a text's end has no effect
   * @param endsB position of each text's end-of-text token, see {@link #endPositions}
   * @return unit vectors, (batch, projection width)
   */
  public NDArray encodeText(NDArray idsBL, long[] endsB) {
    return Ops.unit(text.embed(idsBL, endsB));
  }

  /**
   * The first position of the end-of-text token in each row.
   *
   * @param idsBL a row per text, padded behind its end
   * @throws IllegalArgumentException naming a row that has no such token
   */
  public static long[] endPositions(long[][] idsBL, long endId) {
    long[] ends = new long[idsBL.length];
    for (int row = 0; row < ends.length; row++) {
      int at = 0;
      while (at < idsBL[row].length && idsBL[row][at] != endId) {
        at++;
      }
      if (at == idsBL[row].length) {
        throw new IllegalArgumentException(
            "text %d has no end-of-text token (%d) among its %d"
                .formatted(row, endId, idsBL[row].length));
      }
      ends[row] = at;
    }
    return ends;
  }

  /**
   * exp(logit_scale) times the cosines.
   *
   * @return (images, texts)
   */
  public NDArray logits(NDArray imagesBP, NDArray textsBP) {
    NDArray scaled = Ops.multiply(imagesBP, logitScale.array().exp());
    return Ops.matrixProduct(scaled, Ops.swap(textsBP, 0, 1));
  }

  /** Symmetric cross entropy over a batch in which image i belongs to text i; a scalar. */
  public NDArray loss(NDArray imagesBCHW, NDArray idsBL, long[] endsB, Mode mode) {
    NDArray logits = logits(encodeImage(imagesBCHW, mode), encodeText(idsBL, endsB));
    return Losses.contrastive(logits, minusHalf.array());
  }

  /** The same from logits. */
  public NDArray loss(NDArray logitsBB) {
    return Losses.contrastive(logitsBB, minusHalf.array());
  }

  /** Keeps exp(logit_scale) within the plan's bound; after each step. */
  public void clampLogitScale() {
    NDArray value = logitScale.array();
    float is = value.getFloat();
    if (is > maxLogitScale) {
      value.addi(maxLogitScale - is);
    }
  }

  public Cost cost() {
    Products products = new Products();
    image.count(products);
    text.count(products);
    return Cost.of(parameters, products);
  }

  ImageTower image() {
    return image;
  }

  TextTower text() {
    return text;
  }
}
