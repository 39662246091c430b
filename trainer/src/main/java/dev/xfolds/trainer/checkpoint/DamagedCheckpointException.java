package dev.xfolds.trainer.checkpoint;

/** A checkpoint that must not be used; the message names the file and what was expected of it. */
public final class DamagedCheckpointException extends RuntimeException {

  DamagedCheckpointException(String message) {
    super(message);
  }

  DamagedCheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
