package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.parallel.Peer;
import dev.xfolds.trainer.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process is told of the others, and how it waits for them. */
final class MeetingIT {

  @TempDir Path tls;

  private static RunPlan plan(int workers) {
    RunPlan.Builder plan = RunPlan.newBuilder();
    plan.getParallelismBuilder().setWorkers(workers);
    return plan.build();
  }

  @Test
  void peersAreInTheOrderOfRanks() {
    assertThat(Meeting.peers("a-0.a:7445,[::1]:1", plan(2)))
        .containsExactly(new Peer("a-0.a", 7445), new Peer("[::1]", 1));
    assertThat(Meeting.peers(null, plan(1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a:", ":1", "a:x", "a:0", "a:65536", "a:1,"})
  void peerThatIsNoneIsNamed(String text) {
    assertThatThrownBy(() -> Meeting.peers(text, plan(2)))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith("--peers must be HOST:PORT of each rank, has \"");
  }

  @Test
  void stopEndsTheWaitForARankThatDoesNotCome() throws IOException {
    new TestAuthority().issue("trainer", tls);
    List<Peer> peers;
    try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      peers =
          List.of(
              new Peer("127.0.0.1", own.getLocalPort()),
              new Peer("127.0.0.1", other.getLocalPort()));
    }
    AtomicInteger asked = new AtomicInteger();
    Meeting meeting = new Meeting(0, peers, tls, 1);
    assertThatThrownBy(() -> meeting.join(plan(2), () -> asked.incrementAndGet() > 2))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.STOPPED))
        .hasMessage("stopped on request before all ranks had met");
    assertThat(Thread.interrupted()).as("marked as interrupted").isFalse();
  }
}
