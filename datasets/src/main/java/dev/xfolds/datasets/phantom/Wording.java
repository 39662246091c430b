package dev.xfolds.datasets.phantom;

import dev.xfolds.datasets.AnswerType;
import java.util.Optional;

/**
 * Questions of one type: four phrasings, of which those with a placeholder name the region. No
 * phrasing agrees in number, or otherwise, with its answer.
 */
enum Wording {
  MODALITY(
      AnswerType.OPEN,
      "Which imaging modality is this?",
      "What kind of scan is shown?",
      "How was this image taken?",
      "What is the modality of this image?"),
  PLANE(
      AnswerType.OPEN,
      "In which plane is this image?",
      "What is the imaging plane?",
      "Which plane does this section lie in?",
      "What plane is shown?"),
  ORGAN(
      AnswerType.OPEN,
      "Which part of the body is shown?",
      "What region does this image show?",
      "Which organs does this image show, by body region?",
      "What body region is this?"),
  PRESENCE(
      AnswerType.CLOSED,
      "Is there a lesion in this image?",
      "Is there a lesion in the %s?",
      "Does this image show a lesion?",
      "Can a lesion be seen in the %s?"),
  SIDE(
      AnswerType.OPEN,
      "Which side of the image is affected?",
      "Which side of the image holds what was found in the %s?",
      "On which side of the image is the abnormality?",
      "Is the abnormality of the %s left or right in the image?"),
  COUNT(
      AnswerType.OPEN,
      "How many lesions are there?",
      "How many lesions does the %s show?",
      "What is the number of lesions?",
      "What is the number of lesions in the %s?"),
  SIZE(
      AnswerType.OPEN,
      "What is the lesion size?",
      "What is the lesion size in the %s?",
      "Is the finding small or large?",
      "Is the finding in the %s small or large?");

  private final AnswerType answerType;
  private final String first;
  private final String second;
  private final String third;
  private final String fourth;

  Wording(AnswerType answerType, String first, String second, String third, String fourth) {
    this.answerType = answerType;
    this.first = first;
    this.second = second;
    this.third = third;
    this.fourth = fourth;
  }

  AnswerType answerType() {
    return answerType;
  }

  String question(PhantomImage image) {
    String phrasing =
        switch (image.phrasing()) {
          case 0 -> first;
          case 1 -> second;
          case 2 -> third;
          default -> fourth;
        };
    return phrasing.replace("%s", image.region().answer());
  }

  /** Empty where the question makes no sense. */
  Optional<String> answer(PhantomImage image) {
    return switch (this) {
      case MODALITY -> Optional.of(image.modality().answer());
      case PLANE -> Optional.of(image.plane().answer());
      case ORGAN -> Optional.of(image.region().answer());
      case PRESENCE -> Optional.of(image.lesions().isEmpty() ? "no" : "yes");
      case SIDE -> image.side().map(Side::answer);
      case COUNT ->
          image.lesions().isEmpty()
              ? Optional.empty()
              : Optional.of(Integer.toString(image.lesions().size()));
      case SIZE -> image.size().map(LesionSize::answer);
    };
  }
}
