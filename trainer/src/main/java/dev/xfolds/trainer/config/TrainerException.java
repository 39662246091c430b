package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.ExitCode;

/**
 * A way for the process to end that is no bug: the message is for a person, the code for the
 * operator.
 */
public final class TrainerException extends RuntimeException {

  private final ExitCode code;

  private TrainerException(ExitCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The user's plan or data is wrong: never retried. */
  public static TrainerException invalid(String message) {
    return new TrainerException(ExitCode.INVALID, message, null);
  }

  public static TrainerException invalid(String message, Throwable cause) {
    return new TrainerException(ExitCode.INVALID, message, cause);
  }

  /** The world's fault: the operator starts again from the last checkpoint. */
  public static TrainerException retry(String message) {
    return new TrainerException(ExitCode.RETRY, message, null);
  }

  public static TrainerException retry(String message, Throwable cause) {
    return new TrainerException(ExitCode.RETRY, message, cause);
  }

  /** The operator asked; a checkpoint is written. */
  public static TrainerException stopped(String message) {
    return new TrainerException(ExitCode.STOPPED, message, null);
  }

  public ExitCode code() {
    return code;
  }
}
