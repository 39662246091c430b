package dev.xfolds.trainer.parallel;

import java.io.Closeable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes connections that are of no more use: that it fails changes nothing. */
final class Quietly {

  private static final Logger LOG = LoggerFactory.getLogger(Quietly.class);

  private Quietly() {}

  static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("{} cannot be closed: {}", connection, e.getMessage());
    }
  }
}
