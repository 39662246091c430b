package dev.xfolds.trainer.parallel;

import dev.xfolds.trainer.config.TrainerException;
import java.io.EOFException;
import java.io.IOException;

/** Why the ranks cannot go on together: the same words on each of them. */
record Failure(Kind kind, String message) {

  /** Who has to do something about it. */
  enum Kind {
    /** Nobody: the operator starts again. */
    RETRY(1),
    /** The user. */
    INVALID(2),
    /** We. */
    BUG(3);

    /** On the wire. */
    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Kind of(int code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("failure of kind " + code);
    }
  }

  static Failure lost(String peer, String why) {
    return new Failure(Kind.RETRY, "lost %s: %s".formatted(peer, why));
  }

  /** What an exception says, or what it is. */
  static String reason(Exception e) {
    if (e instanceof EOFException) {
      return "it was closed";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** A new exception, so that its trace is that of the thread that throws it. */
  RuntimeException exception() {
    return switch (kind) {
      case RETRY -> TrainerException.retry(message);
      case INVALID -> TrainerException.invalid(message);
      case BUG -> new IllegalStateException(message);
    };
  }
}
