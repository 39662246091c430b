package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.trainer.nn.BilinearAttention;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.nn.StackedAttention;
import dev.xfolds.trainer.tensor.ParameterScope;
import java.util.Arrays;

/** Image tokens and question states to one vector. */
sealed interface Fusion {

  /** Of the result. */
  int width();

  /**
   * What was found in the image for this question.
   *
   * @param tokensBTV image tokens with their places
   * @param statesBLQ the GRU's state at each word and behind the end
   * @param lengthsB words of each question
   * @return (batch, width)
   */
  NDArray forward(NDArray tokensBTV, NDArray statesBLQ, int[] lengthsB);

  void count(Products products, long tokens, long length);

  static Fusion declare(ParameterScope scope, FusionPlan plan, int questionWidth, int tokenWidth) {
    return switch (plan.getKindCase()) {
      case STACKED -> {
        int hops = plan.getStacked().getHops();
        int width = plan.getStacked().getWidth();
        yield new Stacked(
            new StackedAttention(scope.at("v_att"), hops, questionWidth, tokenWidth, width), width);
      }
      case BILINEAR -> {
        int glimpses = plan.getBilinear().getGlimpses();
        int width = plan.getBilinear().getWidth();
        yield new Bilinear(
            new BilinearAttention(scope, glimpses, questionWidth, tokenWidth, width),
            questionWidth);
      }
      case KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "model.fusion must be stacked or bilinear; it is neither");
    };
  }

  /** Asks with the state at the question's last word. */
  record Stacked(StackedAttention attention, int width) implements Fusion {

    @Override
    public NDArray forward(NDArray tokensBTV, NDArray statesBLQ, int[] lengthsB) {
      Shape shape = statesBLQ.getShape();
      NDArray statesNQ = statesBLQ.reshape(shape.get(0) * shape.get(1), shape.get(2));
      long[] last = Arrays.stream(lengthsB).mapToLong(words -> words - 1L).toArray();
      return attention.forward(tokensBTV, Positions.select(statesNQ, last), null);
    }

    @Override
    public void count(Products products, long tokens, long length) {
      attention.count(products, tokens);
    }
  }

  /** Pairs every token with every word. */
  record Bilinear(BilinearAttention attention, int width) implements Fusion {

    @Override
    public NDArray forward(NDArray tokensBTV, NDArray statesBLQ, int[] lengthsB) {
      int batch = lengthsB.length;
      int length = Math.toIntExact(statesBLQ.getShape().get(1));
      float[] mask = new float[batch * length];
      float[] words = new float[batch * length];
      for (int b = 0; b < batch; b++) {
        Arrays.fill(words, b * length, b * length + lengthsB[b], 1);
        Arrays.fill(mask, b * length + lengthsB[b], (b + 1) * length, Float.NEGATIVE_INFINITY);
      }
      var manager = statesBLQ.getManager();
      return attention.forward(
          tokensBTV,
          statesBLQ,
          manager.create(mask, new Shape(batch, 1, 1, length)),
          manager.create(words, new Shape(batch, length, 1)));
    }

    @Override
    public void count(Products products, long tokens, long length) {
      attention.count(products, tokens, length);
    }
  }
}
