package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LostRankIT {

  private static final Duration SHORT_SILENCE = Duration.ofSeconds(1);
  private static final int COUNT = 2_000_000;

  @TempDir Path folder;

  private static boolean reduceForEver(Collectives joined) {
    FloatBuffer values = Ranks.floats(COUNT);
    while (true) {
      joined.allReduce(values);
    }
  }

  private static void assertLost(Throwable failure, String... parts) {
    assertThat(failure).isInstanceOf(TrainerException.class).hasMessageContainingAll(parts);
    assertThat(((TrainerException) failure).code()).isEqualTo(ExitCode.RETRY);
  }

  /** The victim's two ways go through tunnels; the others reduce until they fail. */
  private void lose(int size, int victim, Consumer<Tunnel> accident, String... parts)
      throws IOException, InterruptedException {
    Ranks ranks = Ranks.of(size, folder, SHORT_SILENCE);
    int previous = (victim + size - 1) % size;
    int next = (victim + 1) % size;
    CountDownLatch working = new CountDownLatch(size);
    try (Tunnel in = Tunnel.to(ranks.peer(victim));
        Tunnel out = Tunnel.to(ranks.peer(next))) {
      List<CompletableFuture<Boolean>> others = new ArrayList<>();
      CompletableFuture<Boolean> lost = null;
      for (int rank = 0; rank < size; rank++) {
        List<Peer> seen = new ArrayList<>(ranks.peers());
        if (rank == previous) {
          seen.set(victim, in.entrance());
        } else if (rank == victim) {
          seen.set(next, out.entrance());
        }
        Greeting greeting = Ranks.greeting(size, rank);
        CompletableFuture<Boolean> started =
            Ranks.start(
                () -> {
                  try (Collectives joined = ranks.join(seen, greeting)) {
                    joined.allReduce(Ranks.floats(COUNT));
                    working.countDown();
                    return reduceForEver(joined);
                  }
                });
        if (rank == victim) {
          lost = started;
        } else {
          others.add(started);
        }
      }
      assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
      in.freeze(); // both at once, as the end of a process would
      out.freeze();
      accident.accept(in);
      accident.accept(out);
      for (Throwable failure : Ranks.failed(others)) {
        assertLost(failure, parts);
        assertLost(failure, "lost rank " + victim + " (localhost:");
      }
      assertLost(Ranks.failure(lost), "lost rank ");
    }
  }

  @ParameterizedTest
  @CsvSource({"2,0", "2,1", "3,1", "4,0", "4,2"})
  void deadRankIsNamedByEveryOther(int size, int victim) throws IOException, InterruptedException {
    lose(size, victim, Tunnel::cut, "its connection broke");
  }

  @ParameterizedTest
  @CsvSource({"2,0", "3,1", "4,2"})
  void silentRankIsNamedByEveryOther(int size, int victim)
      throws IOException, InterruptedException {
    lose(size, victim, Tunnel::freeze, "no sign of life for 1.00 s");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void rankThatClosesIsNamedByEveryOther(int size) {
    List<Throwable> failures =
        Ranks.of(size, folder)
            .failures(
                joined -> {
                  if (joined.rank() == 1) {
                    joined.barrier();
                    throw new ArithmeticException("of rank 1");
                  }
                  joined.barrier();
                  return reduceForEver(joined);
                });
    for (int rank = 0; rank < size; rank++) {
      if (rank == 1) {
        assertThat(failures.get(rank)).isInstanceOf(ArithmeticException.class);
      } else {
        assertLost(failures.get(rank), "lost rank 1 (localhost:", "it left during all reduce");
      }
    }
  }

  @Test
  void whoeverIsDoneMayLeave() {
    Ranks.of(3, folder)
        .all(
            joined -> {
              for (int time = 0; time < 20; time++) {
                joined.allReduce(Ranks.floats(100_000));
              }
              return true;
            });
  }

  @Test
  void longWorkBetweenOperationsIsNoLoss() {
    Ranks.of(2, folder, SHORT_SILENCE)
        .all(
            joined -> {
              if (joined.rank() == 0) {
                Awaitility.await().pollDelay(SHORT_SILENCE.multipliedBy(3)).until(() -> true);
              }
              joined.allReduce(Ranks.floats(COUNT));
              return true;
            });
  }

  @Test
  void lossIsKnownToARankThatIsBusyElsewhere() {
    List<Throwable> failures =
        Ranks.of(3, folder, SHORT_SILENCE)
            .failures(
                joined -> {
                  if (joined.rank() == 0) {
                    Awaitility.await().pollDelay(SHORT_SILENCE).until(() -> true);
                    return reduceForEver(joined);
                  }
                  if (joined.rank() == 1) {
                    throw new ArithmeticException("of rank 1");
                  }
                  return reduceForEver(joined);
                });
    assertLost(failures.get(0), "lost rank 1 (localhost:");
    assertLost(failures.get(2), "lost rank 1 (localhost:");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void ranksOutOfStepAreNamedWithWhatTheyDo(int size) {
    List<Throwable> failures =
        Ranks.of(size, folder)
            .failures(
                joined -> {
                  joined.barrier();
                  if (joined.rank() == 1) {
                    joined.barrier();
                  }
                  return reduceForEver(joined);
                });
    assertThat(failures)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(
                        "ranks are out of step: rank ",
                        "all reduce of 2000000 floats (operation 2)",
                        "barrier of " + size + " ranks (operation 2)"));
  }

  @Test
  void otherLengthsAreOutOfStep() {
    List<Throwable> failures =
        Ranks.of(2, folder)
            .failures(
                joined -> {
                  joined.allReduce(Ranks.floats(10 + joined.rank()));
                  return true;
                });
    assertThat(failures)
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("all reduce of 10 floats", "all reduce of 11 floats"));
  }

  @Test
  void interruptEndsWaitingOnEveryRank() {
    List<Throwable> failures =
        Ranks.of(3, folder)
            .failures(
                joined -> {
                  if (joined.rank() == 1) {
                    Thread.currentThread().interrupt();
                    try {
                      return reduceForEver(joined);
                    } finally {
                      assertThat(Thread.interrupted()).isTrue();
                    }
                  }
                  return reduceForEver(joined);
                });
    assertThat(failures)
        .allSatisfy(
            failure -> assertLost(failure, "lost rank 1 (localhost:", "it was interrupted during"));
  }

  @Test
  void failureIsToldByEachLaterOperation() {
    Ranks.of(2, folder)
        .failures(
            joined -> {
              if (joined.rank() == 1) {
                throw new ArithmeticException("of rank 1");
              }
              assertThatThrownBy(joined::barrier).hasMessageContaining("lost rank 1");
              assertThatThrownBy(() -> joined.allReduce(1)).hasMessageContaining("lost rank 1");
              joined.barrier();
              return true;
            });
  }

  @Test
  void closedCollectivesSayTheyAre() {
    Ranks.of(2, folder)
        .all(
            joined -> {
              joined.barrier();
              joined.close();
              joined.close();
              assertThatThrownBy(joined::barrier)
                  .isInstanceOf(IllegalStateException.class)
                  .hasMessage("collectives are closed");
              return true;
            });
  }
}
