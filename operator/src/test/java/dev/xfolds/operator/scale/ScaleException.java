package dev.xfolds.operator.scale;

/** Something could not be measured; the message says what was awaited or done. */
final class ScaleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ScaleException(String message) {
    super(message);
  }

  ScaleException(String message, Throwable cause) {
    super(message, cause);
  }
}
