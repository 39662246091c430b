package dev.xfolds.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.trainer.testing.TestAuthority;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityIT {

  @TempDir Path folder;

  /** Runs what it is given when the test says so, not every minute. */
  private static final class ManualReloader extends ScheduledThreadPoolExecutor {

    private final List<Runnable> given = new ArrayList<>();

    ManualReloader() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long initialDelay, long delay, TimeUnit unit) {
      given.add(command);
      return super.schedule(() -> {}, 1, TimeUnit.DAYS);
    }

    void reload() {
      given.forEach(Runnable::run);
    }
  }

  private static final class Answers extends ProgressGrpc.ProgressImplBase {
    @Override
    public void getProgress(GetProgressRequest request, StreamObserver<RunProgress> response) {
      response.onNext(RunProgress.newBuilder().setStep(7).build());
      response.onCompleted();
    }
  }

  private static Server serve(Identity identity) throws IOException {
    return Grpc.newServerBuilderForPort(0, identity.server())
        .addService(new Answers())
        .build()
        .start();
  }

  private static long ask(Server server, Identity identity) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("localhost", server.getPort(), identity.client()).build();
    try {
      return ProgressGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .getProgress(GetProgressRequest.getDefaultInstance())
          .getStep();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void assertUnavailable(Server server, Identity identity) {
    assertThatThrownBy(() -> ask(server, identity))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  private static void age(Path tls) throws IOException {
    for (String name : new String[] {"ca.crt", "tls.crt", "tls.key"}) {
      Files.setLastModifiedTime(
          tls.resolve(name), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
  }

  @Test
  void onlyProcessesOfOneAuthorityTalk() throws IOException {
    TestAuthority authority = new TestAuthority();
    try (Identity trainer = Identity.load(authority.issue("trainer", folder.resolve("trainer")));
        Identity operator = Identity.load(authority.issue("operator", folder.resolve("operator")));
        Identity stranger =
            Identity.load(new TestAuthority().issue("operator", folder.resolve("stranger")))) {
      Server server = serve(trainer);
      try {
        assertThat(ask(server, operator)).isEqualTo(7);
        assertUnavailable(server, stranger);
      } finally {
        server.shutdownNow();
      }
    }
  }

  @Test
  void renewedCertificatesAreTakenUpWithoutRestart() throws IOException {
    TestAuthority former = new TestAuthority();
    Path trainerFiles = former.issue("trainer", folder.resolve("trainer"));
    age(trainerFiles);
    ManualReloader reloader = new ManualReloader();
    try (Identity trainer = Identity.load(trainerFiles, reloader)) {
      Server server = serve(trainer);
      TestAuthority renewed = new TestAuthority();
      renewed.issue("trainer", trainerFiles);
      try (Identity operator =
          Identity.load(renewed.issue("operator", folder.resolve("operator")))) {
        assertUnavailable(server, operator);
        reloader.reload();
        assertThat(ask(server, operator)).isEqualTo(7);
      } finally {
        server.shutdownNow();
      }
    }
  }

  @Test
  void closingEndsTheReloader() throws IOException {
    ManualReloader reloader = new ManualReloader();
    Identity.load(new TestAuthority().issue("trainer", folder), reloader).close();
    assertThat(reloader.isShutdown()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.crt", "tls.crt", "tls.key"})
  void missingFileIsNamed(String name) throws IOException {
    Files.delete(new TestAuthority().issue("trainer", folder).resolve(name));
    assertInvalid(() -> Identity.load(folder))
        .hasMessage(
            "--tls must be a folder with ca.crt, tls.crt and tls.key; "
                + folder.resolve(name)
                + " is missing");
  }

  static Stream<Arguments> brokenFiles() {
    return Stream.of("ca.crt", "tls.crt", "tls.key")
        .flatMap(
            name ->
                Stream.of("", "no PEM", "-----BEGIN %s-----\nAAAA\n-----END %s-----\n")
                    .map(
                        content ->
                            arguments(
                                name,
                                content.replace(
                                    "%s", name.endsWith("key") ? "PRIVATE KEY" : "CERTIFICATE"))));
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void brokenFileIsRefused(String name, String content) throws IOException {
    Files.writeString(new TestAuthority().issue("trainer", folder).resolve(name), content);
    ManualReloader reloader = new ManualReloader();
    assertInvalid(() -> Identity.load(folder, reloader))
        .hasMessageStartingWith(
            "--tls: " + folder + " must hold PEM certificates and a PKCS#8 key: ");
    assertThat(reloader.isShutdown()).isTrue();
  }

  private static AbstractThrowableAssert<?, ?> assertInvalid(ThrowingCallable load) {
    return assertThatThrownBy(load)
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID));
  }
}
