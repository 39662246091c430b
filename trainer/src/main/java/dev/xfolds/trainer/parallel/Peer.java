package dev.xfolds.trainer.parallel;

/**
 * Where a rank listens.
 *
 * @param host name or address; a name is looked up at each attempt to connect
 * @param port 1 to 65535
 */
public record Peer(String host, int port) {

  private static final int MAX_PORT = 65_535;

  public Peer {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host must not be blank");
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 1 to %d, was %d".formatted(MAX_PORT, port));
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
