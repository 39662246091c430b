package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.BilinearAttentionPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.StackedAttentionPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import java.util.EnumMap;
import java.util.Map;

/**
 * Cost of a VQA classifier. T image tokens of width V (tower width and the code of a place), L
 * question tokens of width Q.
 */
final class VqaCost {

  /** Width of the fixed code of a token's place, which the trainer appends to each token. */
  private static final int PLACE_WIDTH = 16;

  /** Ranks per output value in the logits of bilinear attention. */
  private static final int ATTENTION_RANKS = 3;

  private VqaCost() {}

  static Cost of(VqaClassifierPlan vqa, boolean recompute) {
    long questionWidth = vqa.getQuestion().getWidth();
    FusionPlan fusion = vqa.getFusion();
    long fused = fusion.hasStacked() ? fusion.getStacked().getWidth() : questionWidth;
    Map<ModelPart, PartCost> parts = new EnumMap<>(ModelPart.class);
    parts.put(ModelPart.IMAGE_TOWER, ImageTowerCost.of(vqa.getImage(), 0, recompute));
    parts.put(ModelPart.QUESTION_ENCODER, gru(vqa.getQuestion()));
    parts.put(ModelPart.FUSION, fusion(vqa));
    parts.put(
        ModelPart.CLASSIFIER,
        PartCost.weightNormed(fused, vqa.getClassifierWidth(), 1)
            .plus(PartCost.weightNormed(vqa.getClassifierWidth(), vqa.getAnswers(), 1)));
    return new Cost(parts);
  }

  private static PartCost gru(GruPlan gru) {
    long width = gru.getWidth();
    long tokens = gru.getMaxTokens();
    return new PartCost((long) gru.getVocabularySize() * gru.getEmbeddingWidth(), 0, 0)
        .plus(PartCost.linear(gru.getEmbeddingWidth(), 3 * width, tokens, true))
        .plus(PartCost.linear(width, 3 * width, tokens, true));
  }

  private static PartCost fusion(VqaClassifierPlan vqa) {
    long t = ImageTowerCost.tokens(vqa.getImage());
    long v = ImageTowerCost.tokenWidth(vqa.getImage()) + PLACE_WIDTH;
    long q = vqa.getQuestion().getWidth();
    return switch (vqa.getFusion().getKindCase()) {
      case STACKED -> stacked(vqa.getFusion().getStacked(), t, v, q);
      case BILINEAR ->
          bilinear(vqa.getFusion().getBilinear(), t, v, vqa.getQuestion().getMaxTokens(), q);
      case KIND_NOT_SET -> PartCost.NONE;
    };
  }

  private static PartCost stacked(StackedAttentionPlan plan, long t, long v, long q) {
    long a = plan.getWidth();
    PartCost hop =
        PartCost.linear(v, a, t, false)
            .plus(PartCost.linear(a, 1, t, true))
            .plus(PartCost.product(1, t, a));
    return hop.times(plan.getHops())
        .plus(PartCost.linear(q, a, 1, true))
        .plus(PartCost.linear(a, a, 1, true).times(plan.getHops() - 1L));
  }

  private static PartCost bilinear(BilinearAttentionPlan plan, long t, long v, long l, long q) {
    long k = plan.getWidth();
    long g = plan.getGlimpses();
    long ranks = ATTENTION_RANKS * k;
    PartCost logits =
        PartCost.weightNormed(v, ranks, t)
            .plus(PartCost.weightNormed(q, ranks, l))
            .plus(new PartCost(g * ranks + 1 + g, 0, 0))
            .plus(PartCost.product(g * t, ranks, l));
    PartCost glimpse =
        PartCost.weightNormed(v, k, t)
            .plus(PartCost.weightNormed(q, k, l))
            .plus(PartCost.product(t, l, k))
            .plus(PartCost.weightNormed(k, q, 1));
    return logits.plus(glimpse.times(g));
  }
}
