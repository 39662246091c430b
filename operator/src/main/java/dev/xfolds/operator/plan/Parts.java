package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ModelPlan;
import java.util.List;

/** Which parts a model has, and which of them a field names. */
final class Parts {

  private Parts() {}

  static List<ModelPart> all(boolean clip) {
    return clip
        ? List.of(ModelPart.IMAGE_TOWER, ModelPart.TEXT_TOWER)
        : List.of(
            ModelPart.IMAGE_TOWER,
            ModelPart.QUESTION_ENCODER,
            ModelPart.FUSION,
            ModelPart.CLASSIFIER);
  }

  /** In the order of the contract, each once, so that their order in a file changes nothing. */
  static List<ModelPart> of(
      Problems problems, List<dev.xfolds.operator.api.ModelPart> given, boolean clip, String path) {
    for (int i = 0; i < given.size(); i++) {
      dev.xfolds.operator.api.ModelPart part = given.get(i);
      if (part != null && !all(clip).contains(of(part))) {
        problems.add(
            path + "[" + i + "]",
            "must be a part of %s, was %s",
            clip ? "clip (image, text)" : "vqaClassifier (image, question, fusion, classifier)",
            part.name().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return given.stream()
        .filter(java.util.Objects::nonNull)
        .map(Parts::of)
        .distinct()
        .sorted()
        .toList();
  }

  private static ModelPart of(dev.xfolds.operator.api.ModelPart part) {
    return switch (part) {
      case IMAGE -> ModelPart.IMAGE_TOWER;
      case TEXT -> ModelPart.TEXT_TOWER;
      case QUESTION -> ModelPart.QUESTION_ENCODER;
      case FUSION -> ModelPart.FUSION;
      case CLASSIFIER -> ModelPart.CLASSIFIER;
    };
  }

  /** Parts that two models have in common. */
  static List<ModelPart> shared(ModelPlan model, ModelPlan source) {
    return all(model.hasClip()).stream().filter(all(source.hasClip())::contains).toList();
  }

  static ImageTowerPlan image(ModelPlan model) {
    return model.hasClip() ? model.getClip().getImage() : model.getVqaClassifier().getImage();
  }

  /** As the specification calls it. */
  static String word(ModelPart part) {
    return switch (part) {
      case IMAGE_TOWER -> "image";
      case TEXT_TOWER -> "text";
      case QUESTION_ENCODER -> "question";
      case FUSION -> "fusion";
      case CLASSIFIER -> "classifier";
      case MODEL_PART_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }
}
