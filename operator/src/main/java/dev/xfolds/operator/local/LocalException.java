package dev.xfolds.operator.local;

/** A run cannot go on, for a reason that the user can remove; the message says what to do. */
public final class LocalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalException(String message) {
    super(message);
  }

  public LocalException(String message, Throwable cause) {
    super(message, cause);
  }
}
