package dev.xfolds.evaluator.service;

/** The evaluator cannot start as it was told to; the message says what to mend. */
public final class StartException extends RuntimeException {

  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
