package dev.xfolds.trainer.model;

import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a built model costs, to be compared with CostPlan. A multiply-add is 2 FLOPs. Counted per
 * sample (one image with its text or question), matrix products and convolutions only:
 *
 * <ul>
 *   <li>Convolution: output cells x output channels x input channels x kernel^2. A ViT's patch
 *       convolution too.
 *   <li>Linear layer on n positions: n x in x out. No biases.
 *   <li>Self-attention over L tokens of width W: projections 4 L W W, q k 2 products of L L W in
 *       all (q k and p v); causal attention is not halved. L is patches + 1 for a ViT, the whole
 *       context_length for CLIP's text.
 *   <li>Perceptron of a block: 2 x L x W x mlp_width.
 *   <li>CLIP's projections: on the pooled token alone, W x projection_width.
 *   <li>Attention pool over n cells (of width W = width x 2^(stages + 1)): query projection for 1
 *       token, key and value projections for n + 1 tokens (W W each), q k and p v (n + 1) W each,
 *       c_proj W x projection_width once.
 *   <li>The image tower of a VQA classifier has neither attention pool nor visual_projection, and
 *       no parameters for them. A ViT's class token is there; its post_layernorm too.
 *   <li>GRU: max_tokens x 3 width x (embedding width + width).
 *   <li>Fusion sees T image tokens of width V = tower width + 16: the last 16 are the fixed code of
 *       a cell's place (no parameters). Tower width: ViT width, or ResNet width x 2^(stages + 1).
 *   <li>Stacked attention of width A, question width Q, per hop: question in x A (in is Q in the
 *       first hop, then A; with bias), tokens T V A (no bias), scores T A (with bias), weighted sum
 *       T A.
 *   <li>Bilinear attention of width K with G glimpses and L = max_tokens: T V 3K + L Q 3K, logits G
 *       T L 3K; per glimpse T V K + L Q K, weights times question T L K, projection K Q.
 *       Parameters: each weight-normed layer in x out + out + 1; the logits' h_mat G 3K + 1 and
 *       h_bias G.
 *   <li>Classifier, weight-normed (+ 1 parameter per layer): in x classifier_width +
 *       classifier_width x answers; in is A for stacked, Q for bilinear attention.
 *   <li>Not counted: embedding lookups, positions, norms, weight norms, activations, softmax,
 *       pools, sums and products element by element, the contrastive loss and its logits, the
 *       optimizer.
 * </ul>
 *
 * Training FLOPs are forward FLOPs times a factor per {@link ModelPart}, the same for all of its
 * products, with weights or without: 3 if the part is trained; 2 if it is frozen and a part before
 * it is trained; 1 if it is frozen and nothing before it is trained. Image tower, text tower and
 * question encoder have nothing before them; fusion has image tower and question encoder; the
 * classifier has all three. Cached features of a frozen tower are counted as if computed. {@code
 * logit_scale} belongs to the text tower, CLIP's two projections and the attention pool to their
 * towers, the question's word embedding to the question encoder.
 *
 * @param parameters elements of all weights, without BatchNorm's running statistics
 */
public record Cost(
    long parameters, long trainableParameters, long forwardFlops, long trainingFlops) {

  static Cost of(ParameterSet parameters, Products products) {
    long forward = 0;
    long training = 0;
    for (ModelPart part : parameters.parts()) {
      long flops = Math.multiplyExact(2L, products.of(part));
      forward = Math.addExact(forward, flops);
      training = Math.addExact(training, Math.multiplyExact(factor(parameters, part), flops));
    }
    return new Cost(parameters.size(), parameters.trainedSize(), forward, training);
  }

  private static long factor(ParameterSet parameters, ModelPart part) {
    if (!parameters.isFrozen(part)) {
      return 3;
    }
    boolean passesThrough = before(part).stream().anyMatch(p -> !parameters.isFrozen(p));
    return passesThrough ? 2 : 1;
  }

  private static Set<ModelPart> before(ModelPart part) {
    return switch (part) {
      case IMAGE_TOWER, TEXT_TOWER, QUESTION_ENCODER, MODEL_PART_UNSPECIFIED, UNRECOGNIZED ->
          EnumSet.noneOf(ModelPart.class);
      case FUSION -> EnumSet.of(ModelPart.IMAGE_TOWER, ModelPart.QUESTION_ENCODER);
      case CLASSIFIER ->
          EnumSet.of(ModelPart.IMAGE_TOWER, ModelPart.QUESTION_ENCODER, ModelPart.FUSION);
    };
  }
}
