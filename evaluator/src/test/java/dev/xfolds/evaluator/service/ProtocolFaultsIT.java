package dev.xfolds.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Fingerprints;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.ImageFingerprint;
import dev.xfolds.contract.v1.LossPoint;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.contract.v1.TaskKind;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that break the rules get a status with a message, and stored answers stay. */
class ProtocolFaultsIT {

  @TempDir static Path folder;
  private static TestEvaluator evaluator;
  private TestClient client;

  @BeforeAll
  static void startEvaluator() throws IOException {
    evaluator = new TestEvaluator(folder, TestExams.greys(5));
  }

  @AfterAll
  static void stopEvaluator() {
    evaluator.close();
  }

  @BeforeEach
  void connect() throws IOException {
    client = evaluator.trainer();
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static Hello.Builder hello() {
    return TestClient.hello(TestExams.TASK, "exact");
  }

  private Status statusOfHello(UnaryOperator<Hello.Builder> change) {
    return client.begin(change.apply(hello()).build()).end();
  }

  private static void assertRefused(Status status, Status.Code code, String... parts) {
    assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
    assertThat(status.getDescription()).contains(parts);
  }

  private void assertInvalid(UnaryOperator<Hello.Builder> change, String... parts) {
    assertRefused(statusOfHello(change), Status.Code.INVALID_ARGUMENT, parts);
  }

  @Test
  void unknownTaskIsRefusedWithTheNearestName() {
    assertRefused(
        statusOfHello(hello -> hello.setTask("grays@1")),
        Status.Code.NOT_FOUND,
        "unknown task \"grays@1\"",
        "did you mean \"greys@1\"");
  }

  @Test
  void unknownProtocolIsRefusedWithTheNearestName() {
    assertInvalid(
        hello -> hello.clearProtocols().addProtocols("exakt"),
        "unknown protocol of greys@1 \"exakt\"",
        "did you mean \"exact\"");
  }

  @Test
  void helloWithoutProtocolIsRefused() {
    assertInvalid(Hello.Builder::clearProtocols, "Hello.protocols must have at least one");
  }

  @Test
  void modelThatCannotAnswerTheKindIsRefused() {
    assertRefused(
        statusOfHello(
            hello -> hello.clearCapabilities().addCapabilities(TaskKind.IMAGE_TO_TEXT_RETRIEVAL)),
        Status.Code.FAILED_PRECONDITION,
        "must contain VISUAL_QUESTION_ANSWERING",
        "was [IMAGE_TO_TEXT_RETRIEVAL]");
  }

  @Test
  void otherRunIsRefused() {
    assertInvalid(
        hello -> hello.setRun("../other"), "must be \"default\" and \"demo\"", "../other");
  }

  @Test
  void checkpointDigestThatIsNoneIsRefused() {
    assertInvalid(
        hello -> hello.setCheckpointDigest("../../etc"),
        "Hello.checkpoint_digest must be 64 lower-case hex digits",
        "../../etc");
  }

  @Test
  void fieldsOutOfBoundsAreRefused() {
    assertInvalid(hello -> hello.setShots(3), "Hello.shots must be 0", "was 3");
    assertInvalid(hello -> hello.setStep(-1), "Hello.step must be 0 or more");
    assertInvalid(hello -> hello.setPrompt("p".repeat(5000)), "Hello.prompt", "had 5000");
    assertInvalid(hello -> hello.setDecoding("d".repeat(5000)), "Hello.decoding", "had 5000");
    assertInvalid(
        hello -> hello.setPrecision(Precision.PRECISION_UNSPECIFIED), "Hello.precision must be");
    assertInvalid(
        hello ->
            hello.setCard(
                RunCard.newBuilder()
                    .addAllLoss(Collections.nCopies(1001, LossPoint.getDefaultInstance()))),
        "Hello.card.loss must have at most 1000 points, had 1001");
  }

  @Test
  void streamThatDoesNotBeginWithHelloIsRefused() {
    TestClient.Stream stream = client.open();
    stream.credit(1);
    assertRefused(
        stream.end(), Status.Code.INVALID_ARGUMENT, "first message must be Hello, was CREDIT");
  }

  @Test
  void secondHelloIsRefused() {
    TestClient.Stream stream = client.begin(hello().build());
    stream.session();
    stream.send(EvaluateRequest.newBuilder().setHello(hello()).build());
    assertRefused(stream.end(), Status.Code.INVALID_ARGUMENT, "come Credit and Answer, was HELLO");
  }

  @Test
  void fingerprintsThatAreNoneAreRefused() {
    TestClient.Stream stream = client.open();
    stream.send(EvaluateRequest.newBuilder().setHello(hello()).build());
    Fingerprint broken =
        Fingerprint.newBuilder()
            .setImage(ImageFingerprint.newBuilder().setSha256(ByteString.copyFromUtf8("short")))
            .build();
    stream.send(
        EvaluateRequest.newBuilder()
            .setFingerprints(Fingerprints.newBuilder().addEntries(broken))
            .build());
    assertRefused(
        stream.end(), Status.Code.INVALID_ARGUMENT, "image.sha256 must have 32 bytes, had 5");
  }

  @Test
  void tooManyFingerprintsInAMessageAreRefused() {
    TestClient.Stream stream = client.open();
    stream.send(EvaluateRequest.newBuilder().setHello(hello()).build());
    stream.send(
        EvaluateRequest.newBuilder()
            .setFingerprints(
                Fingerprints.newBuilder()
                    .addAllEntries(Collections.nCopies(2001, Fingerprint.getDefaultInstance())))
            .build());
    assertRefused(stream.end(), Status.Code.INVALID_ARGUMENT, "at most 2000 entries, had 2001");
  }

  /** Gets two questions, answers the first, does something, and comes back. */
  private void assertRefusedAndKept(
      String checkpoint, Consumer<Exchange> fault, Status.Code code, String... parts)
      throws IOException {
    Hello hello = hello().setCheckpointDigest(checkpoint.repeat(32)).build();
    TestClient.Stream stream = client.begin(hello);
    int answered = stream.session().getAnswered();
    stream.credit(2);
    int first = stream.question().getId();
    int second = stream.question().getId();
    stream.answer(first, "grey 1");
    fault.accept(new Exchange(stream, first, second));
    assertRefused(stream.end(), code, parts);
    TestClient.Stream again = client.begin(hello);
    assertThat(again.session().getAnswered()).isEqualTo(answered + 1);
    again.cancel();
    Path answers =
        evaluator
            .evaluation(TestExams.TASK)
            .resolveSibling(checkpoint.repeat(8))
            .resolve("answers.jsonl");
    assertThat(Files.readAllLines(answers)).hasSize(answered + 1);
  }

  private record Exchange(TestClient.Stream stream, int answered, int open) {}

  @Test
  void secondAnswerIsRefused() throws IOException {
    assertRefusedAndKept(
        "01",
        exchange -> exchange.stream().answer(exchange.answered(), "grey 2"),
        Status.Code.INVALID_ARGUMENT,
        "is answered already");
  }

  @Test
  void answerToAnUnknownQuestionIsRefused() throws IOException {
    assertRefusedAndKept(
        "02",
        exchange -> exchange.stream().answer(99_999, "grey 2"),
        Status.Code.INVALID_ARGUMENT,
        "Answer.id 99999 is no question of this evaluation");
    assertRefusedAndKept(
        "03",
        exchange -> exchange.stream().answer(-1, "grey 2"),
        Status.Code.INVALID_ARGUMENT,
        "Answer.id -1 is no question of this evaluation");
  }

  @Test
  void answerToAQuestionThatWasNotAskedIsRefused() throws IOException {
    assertRefusedAndKept(
        "04",
        exchange -> exchange.stream().answer(29, "grey 2"),
        Status.Code.INVALID_ARGUMENT,
        "question 29 was not asked on this stream");
  }

  @Test
  void tooLongTextIsRefused() throws IOException {
    assertRefusedAndKept(
        "05",
        exchange -> exchange.stream().answer(exchange.open(), "x".repeat(4097)),
        Status.Code.INVALID_ARGUMENT,
        "must have at most 4096 characters, had 4097");
  }

  @Test
  void confidenceOutOfRangeIsRefused() throws IOException {
    assertRefusedAndKept(
        "06",
        exchange ->
            exchange.stream()
                .answer(Answer.newBuilder().setId(exchange.open()).setConfidence(Float.NaN)),
        Status.Code.INVALID_ARGUMENT,
        "must be in 0..1, was NaN");
  }

  @Test
  void absurdCreditIsRefused() throws IOException {
    assertRefusedAndKept(
        "07",
        exchange -> exchange.stream().credit(Integer.MAX_VALUE),
        Status.Code.INVALID_ARGUMENT,
        "Credit.questions must be at least 1 and at most 4096",
        "was 2147483647");
    assertRefusedAndKept(
        "08", exchange -> exchange.stream().credit(-5), Status.Code.INVALID_ARGUMENT, "was -5");
  }

  @Test
  void clientThatClosesEarlyIsToldHowManyAreOpen() throws IOException {
    assertRefusedAndKept(
        "09",
        exchange -> exchange.stream().halfClose(),
        Status.Code.FAILED_PRECONDITION,
        "29 questions unanswered");
  }

  @Test
  void secondStreamOfTheSameKeyTakesOver() throws IOException {
    Hello hello = hello().setCheckpointDigest("0a".repeat(32)).build();
    TestClient.Stream first = client.begin(hello);
    first.session();
    first.credit(2);
    first.answer(first.question().getId(), "grey 1");
    first.question();
    first.credit(1);
    first.question();
    try (TestClient other = evaluator.trainer()) {
      TestClient.Stream second = other.begin(hello);
      assertThat(second.session().getAnswered()).isEqualTo(1);
      assertRefused(first.end(), Status.Code.ABORTED, "another stream took over");
      second.credit(1);
      second.answer(second.question().getId(), "grey 1");
      second.cancel();
    }
  }

  @Test
  void silentClientIsEnded(@TempDir Path own) throws IOException {
    try (TestEvaluator impatient = new TestEvaluator(own, TestExams.greys(2))) {
      impatient.restart(Duration.ofSeconds(1), TestExams.greys(2));
      try (TestClient silent = impatient.trainer()) {
        TestClient.Stream stream = silent.begin(hello().build());
        stream.session();
        stream.credit(1);
        stream.answer(stream.question().getId(), "grey 0");
        assertRefused(
            stream.end(),
            Status.Code.DEADLINE_EXCEEDED,
            "the client was silent for 1 s, expected an answer");
        assertThat(silent.begin(hello().build()).session().getAnswered()).isEqualTo(1);
      }
    }
  }

  @Test
  void stoppingEvaluatorKeepsAnswersAndSaysSo(@TempDir Path own) throws IOException {
    try (TestEvaluator stopping = new TestEvaluator(own, TestExams.greys(2));
        TestClient model = stopping.trainer()) {
      TestClient.Stream stream = model.begin(hello().build());
      stream.session();
      stream.credit(1);
      stream.answer(stream.question().getId(), "grey 0");
      stream.credit(1);
      stream.question();
      stopping.restart(Duration.ofSeconds(20), TestExams.greys(2));
      assertRefused(stream.end(), Status.Code.UNAVAILABLE, "the evaluator is stopping");
      assertThat(Files.readAllLines(stopping.answers(TestExams.TASK))).hasSize(1);
    }
  }
}
