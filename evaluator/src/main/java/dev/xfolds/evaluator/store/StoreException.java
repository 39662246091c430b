package dev.xfolds.evaluator.store;

/** The evaluator's volume cannot be read or written; the message names the file and the reason. */
public final class StoreException extends RuntimeException {

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
