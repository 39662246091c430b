package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.ModelPart;

/** What a user calls the parts of a model: the words of TrainingRun's spec.initFrom.parts. */
final class PartNames {

  private PartNames() {}

  static String of(ModelPart part) {
    return switch (part) {
      case IMAGE_TOWER -> "image";
      case TEXT_TOWER -> "text";
      case QUESTION_ENCODER -> "question";
      case FUSION -> "fusion";
      case CLASSIFIER -> "classifier";
      case MODEL_PART_UNSPECIFIED, UNRECOGNIZED -> part.name();
    };
  }
}
