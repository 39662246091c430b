package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.DataFormat;
import java.util.List;
import java.util.Set;

/**
 * What a format needs, as the readers in {@code datasets} document it.
 *
 * @param captions of an image, otherwise questions about it
 * @param roles of its files; none for generated data
 * @param categories roles, any of which may stand in place of {@code questions}
 */
record DataLayout(
    DataFormat format, String word, boolean captions, List<String> roles, List<String> categories) {

  private static final List<String> QUESTIONS = List.of("questions", "images");
  private static final List<String> CAPTIONS = List.of("captions", "images");
  private static final List<String> CATEGORIES =
      List.of("modality", "plane", "organ", "abnormality");

  static DataLayout of(dev.xfolds.operator.api.DataFormat format) {
    return switch (format) {
      case VQA_RAD -> new DataLayout(DataFormat.VQA_RAD, "vqa-rad", false, QUESTIONS, List.of());
      case VQA_MED_2019 ->
          new DataLayout(DataFormat.VQA_MED_2019, "vqa-med-2019", false, QUESTIONS, CATEGORIES);
      case SLAKE -> new DataLayout(DataFormat.SLAKE, "slake", false, QUESTIONS, List.of());
      case CAPTIONS_CSV ->
          new DataLayout(DataFormat.CAPTIONS_CSV, "captions-csv", true, CAPTIONS, List.of());
      case CAPTIONS_JSONL ->
          new DataLayout(DataFormat.CAPTIONS_JSONL, "captions-jsonl", true, CAPTIONS, List.of());
      case PHANTOM_CAPTIONS ->
          new DataLayout(
              DataFormat.PHANTOM_CAPTIONS, "phantom-captions", true, List.of(), List.of());
      case PHANTOM_VQA ->
          new DataLayout(DataFormat.PHANTOM_VQA, "phantom-vqa", false, List.of(), List.of());
    };
  }

  /** The roles that must be given, beside the ones that are. */
  List<String> required(Set<String> given) {
    return categories.stream().anyMatch(given::contains) ? List.of("images") : roles;
  }

  /** The roles that may be given, beside the ones that are. */
  List<String> known(Set<String> given) {
    if (categories.stream().noneMatch(given::contains)) {
      return roles;
    }
    return List.of("modality", "plane", "organ", "abnormality", "images");
  }
}
