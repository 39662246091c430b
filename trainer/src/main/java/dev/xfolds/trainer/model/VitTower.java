package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.trainer.nn.Convolution;
import dev.xfolds.trainer.nn.LayerNorm;
import dev.xfolds.trainer.nn.Linear;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.nn.Transformer;
import dev.xfolds.trainer.nn.TransformerNames;
import dev.xfolds.trainer.nn.TransformerSizes;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import java.util.OptionalInt;

/**
 * CLIP's vision transformer: class token first, a norm before the first block, the class token
 * behind the last norm is the image. Source: arXiv:2103.00020, arXiv:2010.11929; names are those of
 * transformers' CLIPModel ({@code vision_model.*}, {@code visual_projection.weight}).
 */
final class VitTower implements ImageTower {

  private final int side;
  private final int grid;
  private final int width;
  private final int blocks;
  private final Arithmetic arithmetic;
  private final Convolution patches;
  private final Parameter classToken;
  private final Parameter positions;
  private final LayerNorm first;
  private final Transformer encoder;
  private final LayerNorm last;
  private final Linear projection;

  VitTower(
      ParameterScope root, int side, VitPlan plan, OptionalInt projectionWidth, double epsilon) {
    if (plan.getPatchSize() <= 0 || side <= 0 || side % plan.getPatchSize() != 0) {
      throw new IllegalArgumentException(
          "image size must be a multiple of the patch size (%d), was %d"
              .formatted(plan.getPatchSize(), side));
    }
    this.side = side;
    this.grid = side / plan.getPatchSize();
    this.width = plan.getWidth();
    this.blocks = plan.getLayers();
    this.arithmetic = root.parameters().arithmetic();
    TransformerSizes sizes =
        new TransformerSizes(
            width,
            plan.getLayers(),
            plan.getHeads(),
            plan.getMlpWidth(),
            plan.getActivation(),
            epsilon);
    ParameterScope scope = root.at("vision_model");
    ParameterScope embeddings = scope.at("embeddings");
    Initializer normal = new Initializer.Normal(Math.pow(width, -0.5));
    classToken = embeddings.weight("class_embedding", normal, width);
    int patch = plan.getPatchSize();
    patches =
        new Convolution(
            embeddings.at("patch_embedding"),
            3,
            width,
            patch,
            patch,
            0,
            Initializer.fanIn(3L * patch * patch));
    positions =
        embeddings.weight("position_embedding.weight", normal, (long) grid * grid + 1, width);
    first = new LayerNorm(scope.at("pre_layrnorm"), width, epsilon);
    encoder =
        new Transformer(i -> scope.at("encoder.layers." + i), sizes, TransformerNames.TRANSFORMERS);
    last = new LayerNorm(scope.at("post_layernorm"), width, epsilon);
    projection =
        projectionWidth.isEmpty()
            ? null
            : Linear.of(root.at("visual_projection"), width, projectionWidth.getAsInt(), normal);
  }

  @Override
  public int grid() {
    return grid;
  }

  @Override
  public int tokenWidth() {
    return width;
  }

  @Override
  public NDArray tokens(NDArray imagesBCHW, boolean training) {
    NDArray states = states(imagesBCHW, blocks);
    return last.forward(arithmetic.leave(Ops.slice(states, 1, 1, (long) grid * grid + 1)));
  }

  @Override
  public NDArray embed(NDArray imagesBCHW, boolean training) {
    if (projection == null) {
      throw new IllegalStateException("this image tower was built without a projection");
    }
    return projection.forward(pooled(imagesBCHW));
  }

  /** Class token and patches with their positions, before the first norm. */
  NDArray embeddings(NDArray imagesBCHW) {
    ImageTower.checkSide(imagesBCHW, side);
    long batch = imagesBCHW.getShape().get(0);
    NDArray cells =
        Ops.swap(patches.forward(imagesBCHW).reshape(batch, width, (long) grid * grid), 1, 2);
    NDArray token = Ops.expand(classToken.array().reshape(1, 1, width), batch, 1, width);
    return Ops.add(Ops.concat(1, token, cells), positions.array());
  }

  /** The states behind the first {@code count} blocks. */
  NDArray states(NDArray imagesBCHW, int count) {
    NDArray start = arithmetic.enter(first.forward(embeddings(imagesBCHW)));
    return encoder.forward(count, start, null);
  }

  /** The class token behind the last norm, (batch, width). */
  NDArray pooled(NDArray imagesBCHW) {
    NDArray states = states(imagesBCHW, blocks);
    return last.forward(arithmetic.leave(Ops.slice(states, 1, 0, 1).squeeze(1)));
  }

  @Override
  public void count(Products products) {
    patches.count(products, side);
    encoder.count(products, (long) grid * grid + 1);
    if (projection != null) {
      projection.count(products, 1);
    }
  }
}
