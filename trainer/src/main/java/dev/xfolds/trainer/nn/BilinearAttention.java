package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Bilinear attention (arXiv:1805.07932): each glimpse weighs pairs of an image token and a question
 * position, and adds what it saw to every position. Parameter names are those of MICCAI19-MedVQA's
 * BAN_Model: v_att.logits.*, b_net.G.*, q_prj.G.main.1.*.
 *
 * <p>Differs from the reference: no dropout here; what is masked is an argument; a question's
 * padding is left out of the attention and of the final sum.
 */
public final class BilinearAttention {

  /** Ranks per output value in the attention's logits, summed. */
  static final int ATTENTION_RANKS = 3;

  /** Beyond it the reference changes its parameters. */
  public static final int MAX_GLIMPSES = 32;

  private final int glimpses;
  private final Logits logits;
  private final List<Glimpse> glimpse = new ArrayList<>();

  /**
   * Declares attention, pooling and projections.
   *
   * @param scope above v_att, b_net and q_prj
   */
  public BilinearAttention(
      ParameterScope scope, int glimpses, int questionWidth, int tokenWidth, int width) {
    if (glimpses < 1 || glimpses > MAX_GLIMPSES) {
      throw new IllegalArgumentException(
          "glimpses of bilinear attention must be 1 to " + MAX_GLIMPSES + ", was " + glimpses);
    }
    this.glimpses = glimpses;
    this.logits = new Logits(scope.at("v_att.logits"), glimpses, questionWidth, tokenWidth, width);
    for (int g = 0; g < glimpses; g++) {
      glimpse.add(
          new Glimpse(
              new Pooling(scope.at("b_net." + g), questionWidth, tokenWidth, width),
              new WeightNormLinear(scope.at("q_prj." + g + ".main.1"), width, questionWidth)));
    }
  }

  /**
   * What all glimpses saw, summed over the words.
   *
   * @param tokensBTV image tokens, (batch, tokens, token width)
   * @param questionBLQ states of the question encoder, (batch, length, question width)
   * @param maskB1TL added to the logits, broadcast; minus infinity where a token or a word is
   *     missing; or null
   * @param wordsBL1 1 for words, 0 for padding; or null
   * @return (batch, question width)
   */
  public NDArray forward(
      NDArray tokensBTV, NDArray questionBLQ, NDArray maskB1TL, NDArray wordsBL1) {
    NDArray weightsBGTL = logits.weights(tokensBTV, questionBLQ, maskB1TL);
    NDArray question = questionBLQ;
    for (int g = 0; g < glimpses; g++) {
      NDArray weightsBTL = Ops.slice(weightsBGTL, 1, g, g + 1L).squeeze(1);
      NDArray seenBK = glimpse.get(g).pooling().forward(tokensBTV, question, weightsBTL);
      question = Ops.add(question, glimpse.get(g).projection().forward(seenBK).expandDims(1));
    }
    if (wordsBL1 != null) {
      question = Ops.multiply(question, wordsBL1);
    }
    return question.sum(new int[] {1});
  }

  /**
   * Counts one sample.
   *
   * @param tokens image tokens of a sample
   * @param length question positions of a sample
   */
  public void count(Products products, long tokens, long length) {
    logits.count(products, tokens, length);
    for (Glimpse one : glimpse) {
      one.pooling().count(products, tokens, length);
      one.projection().count(products, 1);
    }
  }

  private record Glimpse(Pooling pooling, WeightNormLinear projection) {}

  /** The attention's logits and their softmax over all pairs. */
  static final class Logits {

    private final ModelPart part;
    private final int glimpses;
    private final int ranks;
    private final WeightNormLinear image;
    private final WeightNormLinear question;
    private final NormedWeight mix;
    private final Parameter bias;

    Logits(ParameterScope scope, int glimpses, int questionWidth, int tokenWidth, int width) {
      this.part = scope.part();
      this.glimpses = glimpses;
      this.ranks = width * ATTENTION_RANKS;
      image = new WeightNormLinear(scope.at("v_net.main.1"), tokenWidth, ranks);
      question = new WeightNormLinear(scope.at("q_net.main.1"), questionWidth, ranks);
      mix = new NormedWeight(scope, "h_mat", new Initializer.Normal(1), 1, glimpses, 1, ranks);
      bias = scope.bias("h_bias", new Initializer.Normal(1), 1, glimpses, 1, 1);
    }

    /** (batch, glimpses, tokens, length), sums to 1 over the last two. */
    NDArray weights(NDArray tokensBTV, NDArray questionBLQ, NDArray maskB1TL) {
      NDArray v = Ops.relu(image.forward(tokensBTV)).expandDims(1);
      NDArray q = Ops.relu(question.forward(questionBLQ)).expandDims(1);
      NDArray pairs =
          Ops.add(Ops.matrixProduct(Ops.multiply(v, mix.value()), Ops.swap(q, 2, 3)), bias.array());
      if (maskB1TL != null) {
        pairs = Ops.add(pairs, maskB1TL);
      }
      long batch = tokensBTV.getShape().get(0);
      long tokens = tokensBTV.getShape().get(1);
      long length = questionBLQ.getShape().get(1);
      return Ops.softmax(pairs.reshape(batch, glimpses, tokens * length), 2)
          .reshape(batch, glimpses, tokens, length);
    }

    void count(Products products, long tokens, long length) {
      image.count(products, tokens);
      question.count(products, length);
      products.matrix(part, glimpses * tokens, ranks, length);
    }
  }

  /** Bilinear pooling of both sides by given weights; the reference's forward_with_weights. */
  static final class Pooling {

    private final ModelPart part;
    private final int width;
    private final WeightNormLinear image;
    private final WeightNormLinear question;

    Pooling(ParameterScope scope, int questionWidth, int tokenWidth, int width) {
      this.part = scope.part();
      this.width = width;
      image = new WeightNormLinear(scope.at("v_net.main.1"), tokenWidth, width);
      question = new WeightNormLinear(scope.at("q_net.main.1"), questionWidth, width);
    }

    /** (batch, width). */
    NDArray forward(NDArray tokensBTV, NDArray questionBLQ, NDArray weightsBTL) {
      NDArray v = Ops.relu(image.forward(tokensBTV));
      NDArray q = Ops.relu(question.forward(questionBLQ));
      return Ops.multiply(v, Ops.matrixProduct(weightsBTL, q)).sum(new int[] {1});
    }

    void count(Products products, long tokens, long length) {
      image.count(products, tokens);
      question.count(products, length);
      products.matrix(part, tokens, length, width);
    }
  }
}
