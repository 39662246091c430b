package dev.xfolds.operator.api;

/**
 * One mistake of the user.
 *
 * @param path of the field, as {@code spec.data[0].files.questions}; empty for the file as a whole
 * @param message what was expected and what was found; reads on from the path
 */
public record Problem(String path, String message) {

  /** The sentence: path, then message. */
  public String text() {
    return path.isEmpty() ? message : path + " " + message;
  }
}
