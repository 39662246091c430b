package dev.xfolds.trainer.answer;

import io.grpc.Status;
import javax.net.ssl.SSLException;

/** Says in words why a stream ended. */
final class Failures {

  private Failures() {}

  /** The server's description, or what the connection failed of. */
  static String describe(Status status) {
    Throwable root = status.getCause();
    if (root == null) {
      return status.getDescription() == null ? "no description" : status.getDescription();
    }
    boolean tls = root instanceof SSLException;
    while (root.getCause() != null) {
      root = root.getCause();
      tls |= root instanceof SSLException;
    }
    if (tls) {
      return "--tls must hold a certificate of the evaluator's authority, the TLS handshake failed: "
          + root.getMessage();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
