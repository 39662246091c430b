package dev.xfolds.datasets.read;

/**
 * Layouts of caption files: role {@code captions}, and the folder of images under the role {@code
 * images}.
 */
public enum CaptionFormat implements NamedFormat {
  /**
   * Comma-separated as in ROCO (RFC 4180) with a header. Columns, in any order and case: {@code
   * caption} or {@code text}; {@code name}, {@code image}, {@code image_name}, {@code file_name} or
   * {@code file}, else {@code id} is the image's name; optional {@code id} and {@code modality}.
   * Others are ignored.
   */
  CAPTIONS_CSV("captions-csv"),

  /** A JSON object a line, with the same names as fields. */
  CAPTIONS_JSONL("captions-jsonl");

  private final String yamlName;

  CaptionFormat(String yamlName) {
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
  public static CaptionFormat named(String name) {
    return NamedFormat.named(name, values());
  }
}
