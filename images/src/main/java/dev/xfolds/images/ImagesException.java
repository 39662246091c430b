package dev.xfolds.images;

import java.io.Serial;

/** What the user is told in one line. */
final class ImagesException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private static final int USER_ERROR = 2;
  private static final int FAILED = 1;

  private final int exitCode;

  private ImagesException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Only the user can remove it. */
  static ImagesException user(String message) {
    return new ImagesException(USER_ERROR, message, null);
  }

  /** A tool, a disk or a registry failed. */
  static ImagesException failed(String message, Throwable cause) {
    return new ImagesException(FAILED, message, cause);
  }

  static ImagesException failed(String message) {
    return new ImagesException(FAILED, message, null);
  }

  int exitCode() {
    return exitCode;
  }
}
