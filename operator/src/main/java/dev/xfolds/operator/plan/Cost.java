package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters, FLOPs and activations of a model by part, from its sizes alone. The rules are those
 * of the trainer's {@code model.Cost}, which counts the model that it built and refuses to start on
 * a difference.
 */
record Cost(Map<ModelPart, PartCost> parts) {

  private static final PartCost LOGIT_SCALE = new PartCost(1, 0, 0);

  /** With every activation held for the backward pass. */
  static Cost of(ModelPlan model) {
    return of(model, false);
  }

  /**
   * Of a model.
   *
   * @param recompute whether backward computes transformer blocks anew
   */
  static Cost of(ModelPlan model, boolean recompute) {
    return switch (model.getKindCase()) {
      case CLIP -> clip(model.getClip(), recompute);
      case VQA_CLASSIFIER -> VqaCost.of(model.getVqaClassifier(), recompute);
      case KIND_NOT_SET -> new Cost(Map.of());
    };
  }

  long parameters() {
    return parts.values().stream().mapToLong(PartCost::parameters).sum();
  }

  long trainableParameters(List<ModelPart> frozen) {
    return parts.entrySet().stream()
        .filter(part -> !frozen.contains(part.getKey()))
        .mapToLong(part -> part.getValue().parameters())
        .sum();
  }

  long forwardFlops() {
    return parts.values().stream().mapToLong(PartCost::forwardFlops).sum();
  }

  /** Forward and backward; cached features of a frozen tower count as if computed. */
  long trainingFlops(List<ModelPart> frozen) {
    return parts.entrySet().stream()
        .mapToLong(part -> factor(part.getKey(), frozen) * part.getValue().forwardFlops())
        .sum();
  }

  /**
   * Numbers that a sample's backward pass needs; those of a part without gradients are not kept.
   */
  long activations(List<ModelPart> frozen) {
    return parts.entrySet().stream()
        .filter(part -> factor(part.getKey(), frozen) > 1)
        .mapToLong(part -> part.getValue().activations())
        .sum();
  }

  /** 3 for a trained part, 2 where gradients only pass through, 1 where none do. */
  private static long factor(ModelPart part, List<ModelPart> frozen) {
    if (!frozen.contains(part)) {
      return 3;
    }
    return frozen.containsAll(before(part)) ? 1 : 2;
  }

  private static List<ModelPart> before(ModelPart part) {
    return switch (part) {
      case IMAGE_TOWER, TEXT_TOWER, QUESTION_ENCODER, MODEL_PART_UNSPECIFIED, UNRECOGNIZED ->
          List.of();
      case FUSION -> List.of(ModelPart.IMAGE_TOWER, ModelPart.QUESTION_ENCODER);
      case CLASSIFIER ->
          List.of(ModelPart.IMAGE_TOWER, ModelPart.QUESTION_ENCODER, ModelPart.FUSION);
    };
  }

  private static Cost clip(ClipPlan clip, boolean recompute) {
    Map<ModelPart, PartCost> parts = new EnumMap<>(ModelPart.class);
    parts.put(
        ModelPart.IMAGE_TOWER,
        ImageTowerCost.of(clip.getImage(), clip.getProjectionWidth(), recompute));
    parts.put(
        ModelPart.TEXT_TOWER,
        text(clip.getText(), clip.getProjectionWidth(), recompute).plus(LOGIT_SCALE));
    return new Cost(parts);
  }

  private static PartCost text(TextTowerPlan text, int projection, boolean recompute) {
    long width = text.getWidth();
    long tokens = text.getContextLength();
    return new PartCost(
            (text.getVocabularySize() + tokens) * width + 2 * width, 0, 2 * tokens * width)
        .plus(
            PartCost.block(width, text.getMlpWidth(), text.getHeads(), tokens)
                .stacked(text.getLayers(), tokens * width, recompute))
        .plus(PartCost.linear(width, projection, 1, false));
  }
}
