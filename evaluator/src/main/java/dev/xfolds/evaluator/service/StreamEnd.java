package dev.xfolds.evaluator.service;

import io.grpc.Status;

/** A stream ends before its report; the status tells the client why. */
final class StreamEnd extends RuntimeException {

  private final Status status;

  StreamEnd(Status status) {
    super(status.getDescription());
    this.status = status;
  }

  static StreamEnd invalid(String message) {
    return new StreamEnd(Status.INVALID_ARGUMENT.withDescription(message));
  }

  Status status() {
    return status;
  }
}
