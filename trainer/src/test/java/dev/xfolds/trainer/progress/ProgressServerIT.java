package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.testing.TestAuthority;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgressServerIT {

  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority();
  private final RunState state = new RunState(new SettableClock());
  private Identity identity;
  private ProgressServer server;

  @BeforeEach
  void start() throws IOException {
    identity = Identity.load(authority.issue("trainer", folder.resolve("trainer")));
    server = ProgressServer.start(0, identity.server(), state);
  }

  @AfterEach
  void stop() {
    server.close();
    identity.close();
  }

  private RunProgress ask(ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", server.port(), credentials).build();
    try {
      return ProgressGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .getProgress(GetProgressRequest.getDefaultInstance());
    } finally {
      channel.shutdownNow();
    }
  }

  private RunProgress askAs(String commonName, TestAuthority issuer) throws IOException {
    try (Identity caller = Identity.load(issuer.issue(commonName, folder.resolve("caller")))) {
      return ask(caller.client());
    }
  }

  private static void assertStatus(Status.Code code, Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void operatorSeesThePresentState() throws IOException {
    state.update(p -> p.setPhase(Phase.TRAINING).setStep(7).setLoss(0.25f).setValidation(0.5));
    RunProgress heard = askAs("operator", authority);
    assertThat(heard.toBuilder().clearHeapBytes().clearResidentBytes().build())
        .isEqualTo(state.progress());
    assertThat(heard.getHeapBytes()).isPositive().isLessThan(heard.getResidentBytes());
    state.update(p -> p.setStep(8));
    assertThat(askAs("operator", authority).getStep()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trainer", "evaluator", "operator2", "Operator"})
  void nobodyElseOfTheRunMayAsk(String commonName) {
    assertThatThrownBy(() -> askAs(commonName, authority))
        .satisfies(e -> assertStatus(Status.Code.PERMISSION_DENIED, e))
        .hasMessageContaining("caller must be operator, was " + commonName);
  }

  @Test
  void operatorOfAnotherAuthorityIsNotHeard() {
    assertThatThrownBy(() -> askAs("operator", new TestAuthority()))
        .satisfies(e -> assertStatus(Status.Code.UNAVAILABLE, e));
  }

  @Test
  void callerWithoutACertificateIsNotHeard() throws IOException {
    ChannelCredentials nameless =
        TlsChannelCredentials.newBuilder()
            .trustManager(folder.resolve("trainer").resolve("ca.crt").toFile())
            .build();
    assertThatThrownBy(() -> ask(nameless))
        .satisfies(e -> assertStatus(Status.Code.UNAVAILABLE, e));
    assertThatThrownBy(() -> ask(InsecureChannelCredentials.create()))
        .satisfies(e -> assertStatus(Status.Code.UNAVAILABLE, e));
  }

  @Test
  void portInUseIsTheUsersMistake() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> ProgressServer.start(port, identity.server(), state))
          .isInstanceOfSatisfying(
              TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
          .hasMessageStartingWith(
              "--progress-port must be a free port, %d is in use (".formatted(port));
    }
  }
}
