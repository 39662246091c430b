package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Image;
import dev.xfolds.trainer.answer.FakeEvaluator.Stream;
import dev.xfolds.trainer.config.Identity;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams that break, fall silent or are stopped, and how the evaluation goes on or ends. */
class LostStreamIT extends EvaluationFixture {

  private void assertCompletes(Answerer answerer) {
    assertThat(evaluate(answerer)).isEqualTo(FakeEvaluator.REPORT);
    assertThat(server.answers).hasSize(ITEMS.size());
    assertThat(server.faults).isEmpty();
    assertThat(state.progress().getQuestionsAnswered()).isEqualTo(ITEMS.size());
  }

  private void failAfterTwoAnswers(Stream stream, Status status) {
    if (server.answers.size() % 2 == 0 && server.answers.size() < ITEMS.size()) {
      stream.fail(status);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {
        "UNAVAILABLE",
        "ABORTED",
        "CANCELLED",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "INTERNAL",
        "UNKNOWN"
      })
  void brokenStreamGoesOnAsLongAsAnswersArrive(Status.Code code) {
    server.afterAnswer = stream -> failAfterTwoAnswers(stream, code.toStatus());
    assertCompletes(model);
    assertThat(server.streams).hasSize(5);
    assertThat(server.streams)
        .extracting(stream -> stream.hello)
        .containsOnly(server.streams.getFirst().hello);
  }

  @Test
  void fingerprintsAreSentOnEveryStream() {
    fingerprints = Collections.nCopies(3000, Fingerprint.getDefaultInstance());
    server.afterAnswer = stream -> failAfterTwoAnswers(stream, Status.UNAVAILABLE);
    assertCompletes(model);
    assertThat(server.streams)
        .extracting(stream -> stream.fingerprints)
        .containsOnly(List.of(2000, 1000));
  }

  @Test
  void restartedServerIsFoundAgain() {
    FakeModel restarting =
        new FakeModel(3) {
          @Override
          public List<Answered> answer(List<Asked> batch) {
            if (batches.size() == 1) {
              await().until(() -> server.answers.size() == 3);
              server.restart();
            }
            return super.answer(batch);
          }
        };
    assertCompletes(restarting);
    assertThat(restarting.batches).startsWith(3, 3).endsWith(3, 3, 1);
    assertThat(server.streams).hasSize(2);
  }

  @Test
  void streamThatEndsWithoutReportIsOpenedAgain() {
    server.afterAnswer =
        stream -> {
          if (server.answers.size() == 5) {
            stream.complete();
          }
        };
    assertCompletes(model);
    assertThat(server.streams).hasSize(2);
  }

  @Test
  void streamsWithoutNewAnswersAreGivenUp() {
    attempts = 3;
    server.afterSession = stream -> stream.fail(Status.UNAVAILABLE.withDescription("disk full"));
    assertEnds(
        ExitCode.RETRY,
        "lost evaluator " + server.address() + ": 3 streams of shapes@1 in a row",
        "UNAVAILABLE: disk full");
    assertThat(server.streams).hasSize(3);
  }

  @Test
  void absentServerIsGivenUp() {
    String address = server.address();
    server.close();
    assertEnds(address, trainer, ExitCode.RETRY, "lost evaluator " + address, "Connection refused");
  }

  @Test
  void serverThatAcceptsButNeverSpeaksIsGivenUp() throws IOException {
    silence = Duration.ofMillis(200);
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "localhost:" + mute.getLocalPort();
      assertEnds(address, trainer, ExitCode.RETRY, "lost evaluator", "nothing happened for 200 ms");
    }
  }

  @Test
  void silentServerIsGivenUp() {
    silence = Duration.ofSeconds(2);
    server.tamper = message -> message.hasSession() ? message : null;
    assertEnds(ExitCode.RETRY, "lost evaluator", "nothing happened for 2000 ms");
    assertThat(server.streams).hasSize(2);
    await().until(() -> server.streams.stream().allMatch(stream -> stream.cancelled));
  }

  @Test
  void messageBeyondTheLargestImageIsNotTaken() {
    Image large = Image.newBuilder().setData(ByteString.copyFrom(new byte[33 << 20])).build();
    server.tamper =
        message ->
            message.hasImage() ? EvaluateResponse.newBuilder().setImage(large).build() : message;
    assertEnds(ExitCode.RETRY, "lost evaluator", "RESOURCE_EXHAUSTED", "exceeds maximum size");
  }

  @Test
  void stopEndsBeforeTheNextBatch() {
    stopRequested = () -> !model.batches.isEmpty();
    assertEnds(
        ExitCode.STOPPED,
        "stopped on request during the evaluation of shapes@1, 3 of 10 questions answered");
    assertThat(model.batches).containsExactly(3);
    await().until(() -> server.streams.getFirst().cancelled);
  }

  @Test
  void stopEndsTheWaitForASilentServer() {
    server.tamper = message -> message.hasSession() ? message : null;
    stopRequested = () -> state.progress().getQuestionsTotal() > 0;
    assertEnds(ExitCode.STOPPED, "0 of 10 questions answered");
  }

  @Test
  void stopEndsThePauseBetweenStreams() {
    pause = Duration.ofHours(1);
    AtomicBoolean failed = new AtomicBoolean();
    server.afterSession =
        stream -> {
          stream.fail(Status.UNAVAILABLE);
          failed.set(true);
        };
    stopRequested = failed::get;
    assertEnds(ExitCode.STOPPED, "shapes@1");
    assertThat(server.streams).hasSize(1);
  }

  @Test
  void interruptEndsTheEvaluation() {
    Thread.currentThread().interrupt();
    assertEnds(ExitCode.RETRY, "interrupted during the evaluation of shapes@1");
    assertThat(Thread.interrupted()).isTrue();
  }

  private void assertUntrusted(Identity stranger) {
    assertEnds(
        server.address(),
        stranger,
        ExitCode.RETRY,
        "--tls must hold a certificate of the evaluator's authority, the TLS handshake failed");
    assertThat(server.streams).isEmpty();
  }

  @Test
  void otherAuthorityOnBothSidesIsNamed() throws IOException {
    Certificates other = new Certificates();
    try (Identity stranger = other.identity("trainer", folder.resolve("stranger"))) {
      assertUntrusted(stranger);
    }
  }

  @Test
  void clientCertificateOfAnotherAuthorityIsNamed() throws IOException {
    Path mixed = new Certificates().issue("trainer", folder.resolve("mixed"));
    Path right = folder.resolve("trainer/ca.crt");
    Files.copy(right, mixed.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
    try (Identity stranger = Identity.load(mixed)) {
      assertUntrusted(stranger);
    }
  }
}
