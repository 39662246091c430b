package dev.xfolds.datasets.phantom;

/** How an image looks as if it had been taken; told by contrast, noise and field of view. */
public enum Modality {
  /** Bright bone, flat soft tissue, black surroundings, little noise. */
  CT("ct", "ct", "CT"),
  /** Bright fat rim, dark bone, a smooth bias field, Rician noise. */
  MR("mr", "mri", "MRI"),
  /** A projection: the thicker the body the brighter; blurred noise, grey surroundings. */
  XRAY("xray", "x-ray", "X-ray"),
  /** A fan with speckle; black outside of the fan. */
  ULTRASOUND("us", "ultrasound", "ultrasound");

  private final String code;
  private final String answer;
  private final String title;

  Modality(String code, String answer, String title) {
    this.code = code;
    this.answer = answer;
    this.title = title;
  }

  /** As in {@link dev.xfolds.datasets.VqaItem#modality}: {@code ct}, {@code mr}, ... */
  public String code() {
    return code;
  }

  /** As answers call it: {@code ct}, {@code mri}, {@code x-ray}, {@code ultrasound}. */
  public String answer() {
    return answer;
  }

  /** As captions call it: {@code CT}, {@code MRI}, {@code X-ray}, {@code ultrasound}. */
  public String title() {
    return title;
  }
}
