package dev.xfolds.operator.status;

/** Whose answers a score is about. */
public final class Subjects {
  public static final String MODEL = "model";

  private Subjects() {}

  /** The model, asked about other images or none: it tells what the images are worth. */
  public static boolean isControl(String subject) {
    return subject.equals("shuffled-images") || subject.equals("blank-images");
  }

  /** Answers without a model, which see no pixels. */
  public static boolean isBaseline(String subject) {
    return !subject.equals(MODEL) && !isControl(subject);
  }
}
