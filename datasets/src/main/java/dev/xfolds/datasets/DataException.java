package dev.xfolds.datasets;

/**
 * Data that the user has to mend: the message names the file, the place in it, the value and what
 * was expected.
 */
public final class DataException extends RuntimeException {

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
