package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Session;
import dev.xfolds.trainer.config.TrainerException;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that refuse or break the contract, and models that answer wrongly. */
class BrokenContractIT extends EvaluationFixture {

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "FAILED_PRECONDITION",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "UNIMPLEMENTED"
      })
  void refusalIsTheUsersMistake(Status.Code code) {
    server.afterHello = stream -> stream.fail(code.toStatus().withDescription("did you mean x@1?"));
    assertEnds(
        ExitCode.INVALID, "the evaluator refuses shapes@1: " + code.name() + ": did you mean x@1?");
    assertThat(server.streams).hasSize(1);
  }

  private void assertBreaks(UnaryOperator<EvaluateResponse> tamper, String... parts) {
    server.tamper = tamper;
    int streams = server.streams.size();
    assertEnds(ExitCode.RETRY, parts);
    assertThat(server.streams).hasSize(streams + 1);
    await().until(() -> server.streams.getLast().cancelled);
  }

  @Test
  void questionsMustReferToWhatWasSent() {
    assertBreaks(
        message -> message.hasImage() ? null : message,
        "the evaluator broke the protocol: question 0 is about image ",
        ", which was not sent");
    assertBreaks(
        message -> message.hasChoices() ? null : message,
        "question 0 has choices 61, which were not sent");
  }

  @Test
  void imageMustHaveItsDigest() {
    assertBreaks(
        message -> {
          EvaluateResponse.Builder other = message.toBuilder();
          if (message.hasImage()) {
            other.getImageBuilder().setData(ByteString.copyFromUtf8("another"));
          }
          return other.build();
        },
        "an image must have the sha-256 ",
        ", had ");
  }

  @Test
  void questionMustNotBeAskedTwice() {
    assertBreaks(
        message -> {
          EvaluateResponse.Builder same = message.toBuilder();
          if (message.hasQuestion()) {
            same.getQuestionBuilder().setId(7);
          }
          return same.build();
        },
        "question 7 was asked twice on one stream");
  }

  @Test
  void messagesMustComeInTheirOrder() {
    assertBreaks(
        message -> EvaluateResponse.getDefaultInstance(),
        "the first message must be SESSION, was MESSAGE_NOT_SET");
    assertBreaks(
        message -> message.hasImage() ? EvaluateResponse.getDefaultInstance() : message,
        "an empty message came");
    Session wrong = Session.newBuilder().setTotal(3).setAnswered(4).build();
    assertBreaks(
        message -> EvaluateResponse.newBuilder().setSession(wrong).build(),
        "Session.answered must be in 0..3, was 4");
    server.afterSession = stream -> stream.send(EvaluateResponse.newBuilder().setSession(wrong));
    assertBreaks(message -> message, "a second SESSION came");
  }

  @Test
  void whatIsSentOnceMustNotComeAgain() {
    AtomicBoolean imageAgain = new AtomicBoolean();
    assertBreaks(
        message -> {
          if (message.hasImage() && imageAgain.compareAndSet(false, true)) {
            server.streams.getLast().send(message.toBuilder());
          }
          return message;
        },
        "image ",
        " was sent twice on one stream");
    AtomicBoolean choicesAgain = new AtomicBoolean();
    assertBreaks(
        message -> {
          if (message.hasChoices() && choicesAgain.compareAndSet(false, true)) {
            server.streams.getLast().send(message.toBuilder());
          }
          return message;
        },
        "choices 61 were sent twice on one stream");
  }

  @Test
  void questionsBeyondTheCreditAreRefused() {
    server.stored = true;
    server.afterSession = stream -> stream.ask(ITEMS.getFirst());
    assertEnds(ExitCode.RETRY, "more questions came than were allowed");
    assertThat(model.asked).isEmpty();
  }

  private Throwable failureOf(Answerer broken) {
    Throwable failure = catchThrowableOfType(Throwable.class, () -> evaluate(broken));
    await().until(() -> server.streams.getLast().cancelled);
    assertThat(server.answers).isEmpty();
    return failure;
  }

  private static Answerer throwing(RuntimeException thrown) {
    return new FakeModel(3) {
      @Override
      public List<Answered> answer(List<Asked> batch) {
        throw thrown;
      }
    };
  }

  private static Answerer answering(List<Answered> answers) {
    return new FakeModel(3) {
      @Override
      public List<Answered> answer(List<Asked> batch) {
        return answers;
      }
    };
  }

  @Test
  void exceptionsOfTheModelPassThrough() {
    RuntimeException bug = new UncheckedIOException(new IOException("broken"));
    assertThat(failureOf(throwing(bug))).isSameAs(bug);
    RuntimeException superseded = TrainerException.retry("superseded");
    assertThat(failureOf(throwing(superseded))).isSameAs(superseded);
  }

  @Test
  void wrongAnswersAreABug() {
    Asked twoChoices = new Asked("", List.of("a", "b"), new ImageFile("", new byte[0]));
    Answered second = new FakeModel(1).answer(List.of(twoChoices)).getFirst();
    assertThat(failureOf(answering(List.of(second))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a model must give one answer per question, gave 1 to 3");
    assertThat(failureOf(answering(List.of(second, second, second))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a model's choice must be in 0..0, was 1");
  }

  @Test
  void emptyBatchesAreRefused() {
    assertThat(catchThrowableOfType(Exception.class, () -> evaluate(new FakeModel(0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model.batchSize must be at least 1, was 0");
  }
}
