package dev.xfolds.trainer.parallel;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * A rank that this one is connected with.
 *
 * @param name its rank and address, for messages
 * @param data without blocking; bytes go from a rank to the one after it
 */
record Neighbour(String name, ControlLink control, SocketChannel data) implements AutoCloseable {

  /** Begins to exchange signs of life. */
  void start() throws IOException {
    data.configureBlocking(false);
    control.start();
  }

  @Override
  public void close() {
    control.close();
    Quietly.close(data);
  }
}
