package dev.xfolds.trainer.bench;

import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.parallel.Greeting;
import dev.xfolds.trainer.parallel.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The sum of 100 MB over two processes of this machine; the second one is started here. */
public final class CollectiveBench {

  private static final int ELEMENTS = 25_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private CollectiveBench() {}

  /**
   * 100 MB of float32 each time, behind the sum of one number.
   *
   * @param folder for certificates
   * @throws TrainerException if the second process cannot be started, or is lost
   */
  public static Measurement measure(Path folder, Repetition repetition) {
    Path tls = BenchCertificates.make(folder.resolve("tls"));
    List<Peer> peers = List.of(freePort(), freePort());
    Process second = start(peers, tls);
    try (Collectives joined = join(peers, tls, 0)) {
      FloatBuffer values = values();
      Measurement measured =
          new Measurement(
              "all-reduce 100 MB over loopback",
              "B",
              (double) ELEMENTS * Float.BYTES,
              repetition.of(
                  () -> {
                    joined.allReduce(1);
                    joined.allReduce(values);
                  }),
              0,
              0);
      joined.allReduce(0);
      return measured;
    } finally {
      second.destroy();
    }
  }

  /** The second process: takes part until the first one has no more to add. */
  public static void main(String[] args) {
    List<Peer> peers = List.of(peer(args[0]), peer(args[1]));
    try (Collectives joined = join(peers, Path.of(args[2]), 1)) {
      FloatBuffer values = values();
      while (joined.allReduce(0)[0] > 0) {
        joined.allReduce(values);
      }
    }
  }

  private static Collectives join(List<Peer> peers, Path tls, int rank) {
    Greeting greeting = new Greeting("bench", "bench", 1, "bench", peers.size(), rank);
    return Collectives.join(peers, tls, greeting, PATIENCE);
  }

  private static FloatBuffer values() {
    return ByteBuffer.allocateDirect(ELEMENTS * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static Process start(List<Peer> peers, Path tls) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CollectiveBench.class.getName(),
            peers.get(0).toString(),
            peers.get(1).toString(),
            tls.toString());
    try {
      return builder
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } catch (IOException e) {
      throw TrainerException.retry("the second process cannot be started: " + e.getMessage(), e);
    }
  }

  private static Peer peer(String text) {
    int colon = text.lastIndexOf(':');
    return new Peer(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private static Peer freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Peer("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
