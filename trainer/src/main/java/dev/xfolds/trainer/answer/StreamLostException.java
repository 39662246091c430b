package dev.xfolds.trainer.answer;

/** A stream ended without its report; another one may go on where it stopped. */
final class StreamLostException extends Exception {

  StreamLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
