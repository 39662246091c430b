package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Stacked attention (arXiv:1511.02274): each hop asks with what the ones before found, added to the
 * question. As in MICCAI19-MedVQA the weighted sum is over the projected image tokens. Parameters:
 * fc11, fc12, fc13 of the first hop; layers.(3 hop - 3), + 1, + 2 of the others.
 *
 * <p>Differs from the reference: what is masked is an argument, where the reference masks objects
 * that are all zero.
 */
public final class StackedAttention {

  private record Hop(Linear question, Linear image, Linear score) {}

  private final ModelPart part;
  private final int width;
  private final List<Hop> hops = new ArrayList<>();

  /**
   * Declares the hops.
   *
   * @param questionWidth of the question's vector
   * @param tokenWidth of an image token
   */
  public StackedAttention(
      ParameterScope scope, int hopCount, int questionWidth, int tokenWidth, int width) {
    this.part = scope.part();
    this.width = width;
    for (int hop = 0; hop < hopCount; hop++) {
      ParameterScope[] places = new ParameterScope[3];
      for (int i = 0; i < 3; i++) {
        places[i] =
            hop == 0 ? scope.at("fc1" + (i + 1)) : scope.at("layers." + (3 * (hop - 1) + i));
      }
      hops.add(
          new Hop(
              Linear.biased(places[0], hop == 0 ? questionWidth : width, width),
              Linear.of(places[1], tokenWidth, width, Initializer.fanIn(tokenWidth)),
              Linear.biased(places[2], width, 1)));
    }
  }

  /**
   * What the last hop found, with what it asked.
   *
   * @param tokensBTV image tokens, (batch, tokens, token width)
   * @param questionBQ (batch, question width)
   * @param maskBT1 added to the scores, minus infinity where there is no object; or null
   * @return (batch, width)
   */
  public NDArray forward(NDArray tokensBTV, NDArray questionBQ, NDArray maskBT1) {
    NDArray asked = null;
    for (Hop hop : hops) {
      NDArray question = hop.question().forward(asked == null ? questionBQ : asked);
      NDArray image = hop.image().forward(tokensBTV);
      NDArray hidden = Ops.tanh(Ops.add(image, question.expandDims(1)));
      NDArray scores = hop.score().forward(hidden);
      NDArray weights = Ops.softmax(maskBT1 == null ? scores : Ops.add(scores, maskBT1), 1);
      NDArray found = Ops.matrixProduct(Ops.swap(weights, 1, 2), image).squeeze(1);
      asked = Ops.add(asked == null ? question : asked, found);
    }
    return asked;
  }

  public void count(Products products, long tokens) {
    for (Hop hop : hops) {
      hop.question().count(products, 1);
      hop.image().count(products, tokens);
      hop.score().count(products, tokens);
      products.matrix(part, 1, tokens, width);
    }
  }
}
