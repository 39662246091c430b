package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.Scoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A stack of pre-norm blocks: x + attention(norm(x)), then x + perceptron(norm(x)). */
public final class Transformer {

  private final List<Block> blocks = new ArrayList<>();
  private final boolean recompute;

  /**
   * Declares the blocks' parameters.
   *
   * @param scope place of block {@code i}
   */
  public Transformer(
      IntFunction<ParameterScope> scope, TransformerSizes sizes, TransformerNames names) {
    for (int i = 0; i < sizes.layers(); i++) {
      blocks.add(new Block(scope.apply(i), sizes, names));
    }
    recompute = scope.apply(0).parameters().arithmetic().recompute();
  }

  /**
   * Through all blocks.
   *
   * @param xBLW (batch, length, width)
   * @param causalLL null, or what keeps each position from those behind it: see {@link
   *     SelfAttention#forward}
   */
  public NDArray forward(NDArray xBLW, NDArray causalLL) {
    return forward(blocks.size(), xBLW, causalLL);
  }

  /** The first {@code count} blocks alone. */
  public NDArray forward(int count, NDArray xBLW, NDArray causalLL) {
    NDArray x = xBLW;
    for (Block block : blocks.subList(0, count)) {
      NDArray in = Autograd.boundary(x);
      x =
          recompute
              ? Autograd.recomputed(in, again -> block.forward(again, causalLL))
              : Scoped.result(() -> block.forward(in, causalLL));
    }
    return x;
  }

  /**
   * Counts one sample.
   *
   * @param length tokens of one sample
   */
  public void count(Products products, long length) {
    blocks.forEach(block -> block.count(products, length));
  }

  private static final class Block {

    private final LayerNorm attentionNorm;
    private final SelfAttention attention;
    private final LayerNorm mlpNorm;
    private final Linear mlpIn;
    private final MlpActivation activation;
    private final Linear mlpOut;

    Block(ParameterScope scope, TransformerSizes sizes, TransformerNames names) {
      int width = sizes.width();
      attentionNorm = new LayerNorm(scope.at(names.attentionNorm), width, sizes.epsilon());
      attention = new SelfAttention(scope.at(names.attention), sizes, names);
      mlpNorm = new LayerNorm(scope.at(names.mlpNorm), width, sizes.epsilon());
      mlpIn =
          Linear.of(
              scope.at(names.mlpIn),
              width,
              sizes.mlpWidth(),
              new Initializer.Normal(sizes.mlpDeviation()),
              Initializer.fanIn(width));
      activation = MlpActivation.of(scope.at("mlp"), sizes.activation());
      mlpOut =
          Linear.of(
              scope.at(names.mlpOut),
              sizes.mlpWidth(),
              width,
              new Initializer.Normal(sizes.projectionDeviation()),
              Initializer.fanIn(sizes.mlpWidth()));
    }

    NDArray forward(NDArray xBLW, NDArray causalLL) {
      NDArray x = Ops.add(xBLW, attention.forward(attentionNorm.forward(xBLW), causalLL));
      NDArray inner = activation.forward(mlpIn.forward(mlpNorm.forward(x)));
      return Ops.add(x, mlpOut.forward(inner));
    }

    void count(Products products, long length) {
      attention.count(products, length);
      mlpIn.count(products, length);
      mlpOut.count(products, length);
    }
  }
}
