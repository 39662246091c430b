package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.trainer.testing.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The ranks of one run, each in a thread of its own. */
public final class Ranks {

  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final Duration LONG_SILENCE = Duration.ofSeconds(20);

  private static final Executor THREADS =
      task -> Thread.ofPlatform().daemon().name("rank").start(task);

  private final Path tls;
  private final Duration silence;
  private final List<Peer> peers;

  private Ranks(Path tls, Duration silence, List<Peer> peers) {
    this.tls = tls;
    this.silence = silence;
    this.peers = peers;
  }

  static Ranks of(int size, Path folder, Duration silence) {
    try {
      return new Ranks(new TestAuthority().issue("trainer", folder), silence, freePeers(size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Ranks of(int size, Path folder) {
    return of(size, folder, LONG_SILENCE);
  }

  static List<Peer> freePeers(int size) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      peers.add(new Peer("localhost", sockets.getLast().getLocalPort()));
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return peers;
  }

  int size() {
    return peers.size();
  }

  Path tls() {
    return tls;
  }

  Peer peer(int rank) {
    return peers.get(rank);
  }

  List<Peer> peers() {
    return peers;
  }

  static Greeting greeting(int size, int rank) {
    return new Greeting("sha256:plan", "uid-1", 2, "0.1.0", size, rank);
  }

  Collectives join(int rank) {
    return join(peers, greeting(size(), rank));
  }

  Collectives join(List<Peer> seen, Greeting greeting) {
    return Collectives.join(seen, tls, greeting, PATIENCE, silence);
  }

  /** Joins all, and works until each has ended. */
  public <T> List<T> all(Function<Collectives, T> work) {
    return results(started(work));
  }

  /** How work ends on every rank; it must fail. */
  List<Throwable> failures(Function<Collectives, ?> work) {
    return failed(started(work));
  }

  private <T> List<CompletableFuture<T>> started(Function<Collectives, T> work) {
    return IntStream.range(0, size())
        .mapToObj(
            rank ->
                start(
                    () -> {
                      try (Collectives joined = join(rank)) {
                        return work.apply(joined);
                      }
                    }))
        .toList();
  }

  static <T> CompletableFuture<T> start(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, THREADS).orTimeout(60, TimeUnit.SECONDS);
  }

  static <T> List<T> results(List<CompletableFuture<T>> ranks) {
    return ranks.stream().map(CompletableFuture::join).toList();
  }

  static List<Throwable> failed(List<? extends CompletableFuture<?>> ranks) {
    return ranks.stream().map(Ranks::failure).toList();
  }

  static Throwable failure(CompletableFuture<?> rank) {
    try {
      Object value = rank.join();
      throw new AssertionError("expected a failure, was " + value);
    } catch (CompletionException e) {
      assertThat(e.getCause()).isNotInstanceOf(TimeoutException.class);
      return e.getCause();
    }
  }

  static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  static float[] array(FloatBuffer values) {
    float[] array = new float[values.remaining()];
    values.get(values.position(), array);
    return array;
  }
}
