package dev.xfolds.trainer.tensor;

/**
 * A tensor file that the user has to replace: the message names the file, the tensor, the value and
 * what was expected.
 */
public final class TensorException extends RuntimeException {

  public TensorException(String message) {
    super(message);
  }

  public TensorException(String message, Throwable cause) {
    super(message, cause);
  }
}
