package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.trainer.nn.LayerNorm;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.nn.Transformer;
import dev.xfolds.trainer.nn.TransformerNames;
import dev.xfolds.trainer.nn.TransformerSizes;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/**
 * CLIP's text transformer: causal, and the state at the end-of-text token is the text. Names are
 * transformers' ({@code text_model.*}, {@code text_projection.weight}) or open_clip's.
 */
final class TextTower {

  private final TextTowerPlan plan;
  private final Arithmetic arithmetic;
  private final TransformerNames names;
  private final int projectionWidth;
  private final Parameter tokens;
  private final Parameter positions;
  private final Transformer encoder;
  private final LayerNorm last;
  private final Parameter projection;
  private final Parameter causal;

  TextTower(
      ParameterScope root,
      TextTowerPlan plan,
      int projectionWidth,
      TransformerNames names,
      double epsilon) {
    this.plan = plan;
    this.arithmetic = root.parameters().arithmetic();
    this.names = names;
    this.projectionWidth = projectionWidth;
    int width = plan.getWidth();
    TransformerSizes sizes =
        new TransformerSizes(
            width,
            plan.getLayers(),
            plan.getHeads(),
            plan.getMlpWidth(),
            plan.getActivation(),
            epsilon);
    Initializer token = new Initializer.Normal(0.02);
    Initializer position = new Initializer.Normal(0.01);
    Initializer project = new Initializer.Normal(Math.pow(width, -0.5));
    int rows = plan.getVocabularySize();
    int length = plan.getContextLength();
    switch (names) {
      case TRANSFORMERS -> {
        ParameterScope scope = root.at("text_model");
        ParameterScope embeddings = scope.at("embeddings");
        tokens = embeddings.weight("token_embedding.weight", token, rows, width);
        positions = embeddings.weight("position_embedding.weight", position, length, width);
        encoder = new Transformer(i -> scope.at("encoder.layers." + i), sizes, names);
        last = new LayerNorm(scope.at("final_layer_norm"), width, epsilon);
        projection = root.weight("text_projection.weight", project, projectionWidth, width);
      }
      case OPEN_CLIP -> {
        tokens = root.weight("token_embedding.weight", token, rows, width);
        positions = root.weight("positional_embedding", position, length, width);
        encoder = new Transformer(i -> root.at("transformer.resblocks." + i), sizes, names);
        last = new LayerNorm(root.at("ln_final"), width, epsilon);
        projection = root.weight("text_projection", project, width, projectionWidth);
      }
      default -> throw new IllegalArgumentException("unknown names: " + names);
    }
    causal = root.table("text.causal", () -> causal(length), length, length);
  }

  private static float[] causal(int length) {
    float[] mask = new float[length * length];
    for (int row = 0; row < length; row++) {
      for (int column = row + 1; column < length; column++) {
        mask[row * length + column] = Float.NEGATIVE_INFINITY;
      }
    }
    return mask;
  }

  /** Tokens with their positions, (batch, length, width). */
  NDArray embeddings(NDArray idsBL) {
    long length = idsBL.getShape().get(1);
    if (length > plan.getContextLength()) {
      throw new IllegalArgumentException(
          "texts have " + length + " tokens, expected at most " + plan.getContextLength());
    }
    NDArray positionsLW = Ops.slice(positions.array(), 0, 0, length);
    return Ops.add(Ops.rows(idsBL, tokens.array()), positionsLW);
  }

  /** The states behind the first {@code blocks} blocks. */
  NDArray states(NDArray idsBL, int blocks) {
    return encoder.forward(blocks, arithmetic.enter(embeddings(idsBL)), mask(idsBL));
  }

  private NDArray mask(NDArray idsBL) {
    long length = idsBL.getShape().get(1);
    return Ops.slice(Ops.slice(causal.array(), 0, 0, length), 1, 0, length);
  }

  /** The normed state at each text's end, (batch, width). */
  NDArray pooled(NDArray idsBL, long[] endsB) {
    long batch = idsBL.getShape().get(0);
    long length = idsBL.getShape().get(1);
    NDArray states = encoder.forward(arithmetic.enter(embeddings(idsBL)), mask(idsBL));
    NDArray ends = Positions.select(states.reshape(batch * length, plan.getWidth()), endsB);
    return last.forward(arithmetic.leave(ends));
  }

  /** (batch, projection width), not normalised. */
  NDArray embed(NDArray idsBL, long[] endsB) {
    NDArray pooled = pooled(idsBL, endsB);
    return switch (names) {
      case TRANSFORMERS -> Ops.linear(pooled, projection.array(), null);
      case OPEN_CLIP -> Ops.matrixProduct(pooled, projection.array());
    };
  }

  void count(Products products) {
    encoder.count(products, plan.getContextLength());
    products.matrix(projection.part(), 1, plan.getWidth(), projectionWidth);
  }
}
