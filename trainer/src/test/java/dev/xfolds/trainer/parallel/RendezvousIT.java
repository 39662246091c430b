package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.testing.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RendezvousIT {

  private static final Duration SHORT = Duration.ofMillis(1_500);

  @TempDir Path folder;

  private record Difference(String name, Greeting other, ExitCode code, String here, String there) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Difference> DIFFERENCES =
      List.of(
          new Difference(
              "the digest of the plan",
              new Greeting("sha256:other", "uid-1", 2, "0.1.0", 2, 1),
              ExitCode.INVALID,
              "sha256:plan",
              "sha256:other"),
          new Difference(
              "the version of xfolds",
              new Greeting("sha256:plan", "uid-1", 2, "0.2.0", 2, 1),
              ExitCode.INVALID,
              "0.1.0",
              "0.2.0"),
          new Difference(
              "the run's uid",
              new Greeting("sha256:plan", "uid-2", 2, "0.1.0", 2, 1),
              ExitCode.RETRY,
              "uid-1",
              "uid-2"),
          new Difference(
              "the attempt",
              new Greeting("sha256:other", "uid-1", 3, "0.2.0", 2, 1),
              ExitCode.RETRY,
              "2",
              "3"));

  static Stream<Arguments> differences() {
    return DIFFERENCES.stream()
        .flatMap(difference -> Stream.of(2, 3, 4).map(size -> arguments(difference, size)));
  }

  private static void assertEnds(Throwable failure, ExitCode code, String... parts) {
    assertThat(failure).isInstanceOf(TrainerException.class).hasMessageContainingAll(parts);
    assertThat(((TrainerException) failure).code()).isEqualTo(code);
  }

  private static boolean met(Collectives joined) {
    try (joined) {
      joined.barrier();
      return true;
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("differences")
  void differenceIsToldOnEveryRank(Difference difference, int size) {
    Ranks ranks = Ranks.of(size, folder);
    List<CompletableFuture<Boolean>> started = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      Greeting equal = Ranks.greeting(size, rank);
      Greeting other = difference.other();
      Greeting greeting =
          rank == 1
              ? new Greeting(
                  other.planDigest(), other.runUid(), other.attempt(), other.version(), size, 1)
              : equal;
      started.add(Ranks.start(() -> met(ranks.join(ranks.peers(), greeting))));
    }
    assertThat(Ranks.failed(started))
        .allSatisfy(
            failure ->
                assertEnds(
                    failure,
                    difference.code(),
                    difference.name() + " must be the same on all ranks: ",
                    "rank 1 (%s) has %s".formatted(ranks.peer(1), difference.there()),
                    ") has " + difference.here()));
  }

  @Test
  void otherNumberOfRanksIsTold() throws IOException {
    Ranks ranks = Ranks.of(3, folder);
    List<Peer> two = ranks.peers().subList(0, 2);
    List<CompletableFuture<Boolean>> started =
        List.of(
            Ranks.start(() -> met(ranks.join(two, Ranks.greeting(2, 0)))),
            Ranks.start(() -> met(ranks.join(1))),
            Ranks.start(() -> met(ranks.join(2))));
    assertThat(Ranks.failed(started))
        .allSatisfy(
            failure ->
                assertEnds(
                    failure,
                    ExitCode.INVALID,
                    "the number of ranks must be the same on all ranks: ",
                    " has 2",
                    " has 3"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void missingRankIsNamedWithItsAddress(int size) {
    Ranks ranks = Ranks.of(size, folder);
    List<CompletableFuture<Boolean>> started = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      if (rank != 1) {
        Greeting greeting = Ranks.greeting(size, rank);
        started.add(
            Ranks.start(
                () ->
                    met(
                        Collectives.join(
                            ranks.peers(), ranks.tls(), greeting, SHORT, Ranks.LONG_SILENCE))));
      }
    }
    List<Throwable> failures = Ranks.failed(started);
    assertThat(failures)
        .allSatisfy(
            failure ->
                assertEnds(
                    failure,
                    ExitCode.RETRY,
                    " has waited 1.5 s for the others: ",
                    "rank 1 (%s) ".formatted(ranks.peer(1))));
  }

  @Test
  void bothWaysOfMissingARankAreTold() {
    Ranks ranks = Ranks.of(2, folder);
    CompletableFuture<Boolean> alone =
        Ranks.start(
            () ->
                met(
                    Collectives.join(
                        ranks.peers(),
                        ranks.tls(),
                        Ranks.greeting(2, 0),
                        SHORT,
                        Ranks.LONG_SILENCE)));
    assertEnds(
        Ranks.failure(alone),
        ExitCode.RETRY,
        "rank 1 (%s) cannot be reached: Connection".formatted(ranks.peer(1)),
        "; rank 1 (%s) has not connected to port %d"
            .formatted(ranks.peer(1), ranks.peer(0).port()));
  }

  @Test
  void nameThatIsNotKnownIsTold() throws IOException {
    Ranks ranks = Ranks.of(2, folder);
    List<Peer> peers = List.of(ranks.peer(0), new Peer("no-such-host.invalid", 7500));
    assertEnds(
        Ranks.failure(
            Ranks.start(
                () ->
                    met(
                        Collectives.join(
                            peers, ranks.tls(), Ranks.greeting(2, 0), SHORT, Ranks.LONG_SILENCE)))),
        ExitCode.RETRY,
        "rank 1 (no-such-host.invalid:7500) cannot be reached: no such name");
  }

  /** Connects as soon as the rank listens. */
  private static Socket stranger(Peer peer) {
    return Awaitility.await()
        .ignoreException(ConnectException.class)
        .until(
            () -> {
              Socket socket = new Socket();
              socket.connect(new InetSocketAddress(peer.host(), peer.port()));
              return socket;
            },
            Socket::isConnected);
  }

  static final List<String> GARBAGE =
      List.of(
          "GET / HTTP/1.1\r\n\r\n",
          "\u0016\u0003\u0001\u0000\u0005hello",
          "\u0016",
          "x" + "0".repeat(32),
          "x");

  @ParameterizedTest
  @FieldSource("GARBAGE")
  void strangersAreRefusedAndWaitingGoesOn(String garbage) throws IOException {
    Ranks ranks = Ranks.of(2, folder);
    CompletableFuture<Boolean> first = Ranks.start(() -> met(ranks.join(0)));
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      silent.add(stranger(ranks.peer(0)));
      try (Socket talks = stranger(ranks.peer(0));
          OutputStream out = talks.getOutputStream()) {
        out.write(garbage.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    CompletableFuture<Boolean> second = Ranks.start(() -> met(ranks.join(1)));
    assertThat(Ranks.results(List.of(first, second))).containsOnly(true);
    for (Socket socket : silent) {
      socket.close();
    }
  }

  @Test
  void foreignCertificateIsRefusedAndWaitingGoesOn() throws IOException {
    Ranks ranks = Ranks.of(2, folder.resolve("own"));
    Path foreign = new TestAuthority().issue("trainer", folder.resolve("foreign"));
    List<Peer> elsewhere = List.of(ranks.peer(0), Ranks.freePeers(1).getFirst());
    CompletableFuture<Boolean> first = Ranks.start(() -> met(ranks.join(0)));
    CompletableFuture<Boolean> stranger =
        Ranks.start(
            () ->
                met(
                    Collectives.join(
                        elsewhere, foreign, Ranks.greeting(2, 1), SHORT, Ranks.LONG_SILENCE)));
    assertEnds(
        Ranks.failure(stranger),
        ExitCode.RETRY,
        "rank 0 (%s) cannot be reached: ".formatted(ranks.peer(0)));
    assertThat(first).isNotDone();
    CompletableFuture<Boolean> second = Ranks.start(() -> met(ranks.join(1)));
    assertThat(Ranks.results(List.of(first, second))).containsOnly(true);
  }

  @Test
  void foreignServerIsNotBelieved() throws IOException {
    Ranks ranks = Ranks.of(2, folder.resolve("own"));
    Path foreign = new TestAuthority().issue("trainer", folder.resolve("foreign"));
    List<Peer> elsewhere = List.of(Ranks.freePeers(1).getFirst(), ranks.peer(1));
    CompletableFuture<Boolean> stranger =
        Ranks.start(
            () ->
                met(
                    Collectives.join(
                        elsewhere, foreign, Ranks.greeting(2, 1), SHORT, Ranks.LONG_SILENCE)));
    CompletableFuture<Boolean> first = Ranks.start(() -> met(ranks.join(0)));
    assertEnds(Ranks.failure(stranger), ExitCode.RETRY, "rank 0");
    CompletableFuture<Boolean> second = Ranks.start(() -> met(ranks.join(1)));
    assertThat(Ranks.results(List.of(first, second))).containsOnly(true);
  }

  @Test
  void silentServerIsLeftForTheRightOne() throws IOException {
    Ranks ranks = Ranks.of(2, folder);
    ServerSocket silent =
        new ServerSocket(ranks.peer(1).port(), 5, InetAddress.getLoopbackAddress());
    CompletableFuture<Boolean> first = Ranks.start(() -> met(ranks.join(0)));
    try (silent;
        Socket called = silent.accept()) {
      called.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
    }
    CompletableFuture<Boolean> second = Ranks.start(() -> met(ranks.join(1)));
    assertThat(Ranks.results(List.of(first, second))).containsOnly(true);
  }

  @Test
  void portThatIsStillInUseIsWaitedFor() throws IOException {
    Ranks ranks = Ranks.of(2, folder);
    ServerSocket predecessor =
        new ServerSocket(ranks.peer(1).port(), 5, InetAddress.getLoopbackAddress());
    CompletableFuture<Boolean> second = Ranks.start(() -> met(ranks.join(1)));
    CompletableFuture<Boolean> first = Ranks.start(() -> met(ranks.join(0)));
    predecessor.accept().close();
    predecessor.close();
    assertThat(Ranks.results(List.of(first, second))).containsOnly(true);
  }

  @Test
  void interruptEndsTheRendezvous() {
    Ranks ranks = Ranks.of(2, folder);
    CompletableFuture<Boolean> alone =
        Ranks.start(
            () -> {
              Thread.currentThread().interrupt();
              try {
                return met(ranks.join(0));
              } finally {
                assertThat(Thread.interrupted()).isTrue();
              }
            });
    assertEnds(Ranks.failure(alone), ExitCode.RETRY, "rank 0", "interrupted at the rendezvous");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "tls.crt", "tls.key"})
  void brokenCertificatesAreTheUsersMistake(String name) throws IOException {
    Ranks ranks = Ranks.of(2, folder);
    Files.writeString(ranks.tls().resolve(name), "no PEM");
    assertEnds(
        Ranks.failure(Ranks.start(() -> met(ranks.join(0)))),
        ExitCode.INVALID,
        "--tls must be a folder with ca.crt, tls.crt and tls.key: ");
    Files.delete(ranks.tls().resolve(name));
    assertEnds(Ranks.failure(Ranks.start(() -> met(ranks.join(0)))), ExitCode.INVALID, name);
  }

  @Test
  void greetingMustFitThePeers() {
    Ranks ranks = Ranks.of(2, folder);
    assertThatThrownBy(() -> ranks.join(ranks.peers(), Ranks.greeting(3, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("peers must be 3 (size of the greeting), were 2");
  }
}
