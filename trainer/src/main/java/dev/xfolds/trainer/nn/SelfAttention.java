package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/**
 * Multi-head self-attention (arXiv:1706.03762). Parameters by {@link TransformerNames}: q_proj,
 * k_proj, v_proj, or in_proj_weight (3 x width, width) and in_proj_bias; and out_proj.
 */
final class SelfAttention {

  /** The three projections, as one reference or the other stores them. */
  private sealed interface Projection {

    /** (batch, length, 3 x width): queries, keys, values. */
    NDArray forward(NDArray xBLW);

    record Fused(Parameter weight, Parameter bias) implements Projection {
      @Override
      public NDArray forward(NDArray xBLW) {
        return Ops.linear(xBLW, weight.array(), bias.array());
      }
    }

    record Separate(Linear queries, Linear keys, Linear values) implements Projection {
      @Override
      public NDArray forward(NDArray xBLW) {
        return Ops.concat(2, queries.forward(xBLW), keys.forward(xBLW), values.forward(xBLW));
      }
    }
  }

  private final ModelPart part;
  private final int width;
  private final int heads;
  private final Projection projection;
  private final Linear output;
  private final Parameter scale;
  private final Arithmetic arithmetic;

  SelfAttention(ParameterScope scope, TransformerSizes sizes, TransformerNames names) {
    this.part = scope.part();
    this.width = sizes.width();
    this.heads = sizes.heads();
    Initializer in = new Initializer.Normal(sizes.attentionDeviation());
    this.projection =
        switch (names) {
          case OPEN_CLIP ->
              new Projection.Fused(
                  scope.weight("in_proj_weight", in, 3L * width, width),
                  scope.bias("in_proj_bias", Initializer.zeros(), 3L * width));
          case TRANSFORMERS ->
              new Projection.Separate(
                  Linear.of(scope.at("q_proj"), width, width, in, Initializer.zeros()),
                  Linear.of(scope.at("k_proj"), width, width, in, Initializer.zeros()),
                  Linear.of(scope.at("v_proj"), width, width, in, Initializer.zeros()));
        };
    this.output =
        Linear.of(
            scope.at("out_proj"),
            width,
            width,
            new Initializer.Normal(sizes.projectionDeviation()),
            Initializer.zeros());
    this.arithmetic = scope.parameters().arithmetic();
    this.scale = scope.scalar("scale", Math.pow((double) width / heads, -0.5));
  }

  /**
   * Mixes positions.
   *
   * @param causalLL null: every position sees all; otherwise it sees itself and those before it,
   *     and this is what is added to the scores: 0, or minus infinity
   */
  NDArray forward(NDArray xBLW, NDArray causalLL) {
    NDArray projected = projection.forward(xBLW);
    return output.forward(
        switch (arithmetic.attention()) {
          case FUSED -> FusedAttention.of(heads, causalLL != null).apply(projected);
          case MATH -> mix(projected, causalLL);
        });
  }

  private NDArray mix(NDArray projected, NDArray causalLL) {
    long batch = projected.getShape().get(0);
    long length = projected.getShape().get(1);
    NDArray qkv3BHLD =
        projected.reshape(batch, length, 3, heads, width / heads).transpose(2, 0, 3, 1, 4);
    NDArray queries = Ops.multiply(component(qkv3BHLD, 0), scale.array());
    NDArray scores = Ops.matrixProduct(queries, Ops.swap(component(qkv3BHLD, 1), 2, 3));
    if (causalLL != null) {
      scores = Ops.add(scores, arithmetic.enter(causalLL));
    }
    NDArray mixed = Ops.matrixProduct(Ops.softmax(scores), component(qkv3BHLD, 2));
    return Ops.swap(mixed, 1, 2).reshape(batch, length, width);
  }

  private static NDArray component(NDArray qkv3BHLD, long index) {
    return Ops.slice(qkv3BHLD, 0, index, index + 1).squeeze(0);
  }

  void count(Products products, long length) {
    products.matrix(part, length, width, 3L * width);
    products.matrix(part, length, width, length);
    products.matrix(part, length, length, width);
    output.count(products, length);
  }
}
