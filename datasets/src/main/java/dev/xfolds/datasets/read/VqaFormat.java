package dev.xfolds.datasets.read;

/**
 * Layouts of question files. Every format needs the folder of images under the role {@code images};
 * without it the items are read all the same and each image fails when it is asked for.
 */
public enum VqaFormat implements NamedFormat {
  /**
   * VQA-RAD: role {@code questions}, either the public JSON, whose splits {@code train} and {@code
   * test} are in the phrase types ("test_freeform"), or one file of {@code data_RAD}, which is one
   * split.
   */
  VQA_RAD("vqa-rad"),

  /**
   * VQA-Med 2019: either role {@code questions} (a file of all pairs, lines {@code
   * image|question|answer}, or of the test, lines {@code image|category|question|answer}), or any
   * of the roles {@code modality}, {@code plane}, {@code organ}, {@code abnormality} (files of one
   * category). A file is one split.
   */
  VQA_MED_2019("vqa-med-2019"),

  /**
   * SLAKE: role {@code questions}. A file is one split; its parts {@code en} and {@code zh} can be
   * asked for.
   */
  SLAKE("slake");

  private final String yamlName;

  VqaFormat(String yamlName) {
    this.yamlName = yamlName;
  }

  @Override
  public String yamlName() {
    return yamlName;
  }

  /**
   * The format of a name.
   *
   * @throws dev.xfolds.datasets.DataException if there is none, with the nearest name
   */
  public static VqaFormat named(String name) {
    return NamedFormat.named(name, values());
  }
}
