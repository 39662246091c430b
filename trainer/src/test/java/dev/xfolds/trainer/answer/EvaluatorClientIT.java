package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.AnswerType;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.ImageFingerprint;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.trainer.answer.FakeEvaluator.Item;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.progress.RunState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations against a server that keeps the contract, over mutual TLS. */
class EvaluatorClientIT {

  private static final Hello HELLO =
      Hello.newBuilder().setNamespace("default").setRun("demo").setTask("shapes@1").build();

  @TempDir static Path folder;
  private static Identity trainer;
  private static Identity evaluator;

  private final RunState state = new RunState(InstantSource.system());

  @BeforeAll
  static void issue() throws IOException {
    Certificates authority = new Certificates();
    trainer = authority.identity("trainer", folder.resolve("trainer"));
    evaluator = authority.identity("evaluator", folder.resolve("evaluator"));
  }

  @AfterAll
  static void close() {
    trainer.close();
    evaluator.close();
  }

  private static EvaluatorClient.Settings settings(long imageBytes) {
    Duration pause = Duration.ofMillis(1);
    Duration patience = Duration.ofSeconds(30);
    return new EvaluatorClient.Settings(patience, patience, pause, pause, 1, imageBytes);
  }

  private Report evaluate(FakeEvaluator server, Answerer model, List<Fingerprint> fingerprints) {
    return evaluate(server, model, fingerprints, settings(1 << 20));
  }

  private Report evaluate(
      FakeEvaluator server,
      Answerer model,
      List<Fingerprint> fingerprints,
      EvaluatorClient.Settings settings) {
    try (EvaluatorClient client = EvaluatorClient.connect(server.address(), trainer, settings)) {
      return client.evaluate(HELLO, fingerprints, model, state, () -> false);
    }
  }

  /** Different bytes for each number. */
  private static ByteString image(int number, int bytes) {
    return ByteString.copyFrom(ByteBuffer.allocate(bytes).putInt(0, number));
  }

  private static List<Item> items(int count, int images, int imageBytes) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Item(3 * i + 1, image(i % images, imageBytes)))
        .toList();
  }

  @Test
  void everyQuestionIsAnsweredInBatchesAndReported() throws IOException {
    FakeModel model = new FakeModel(4);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(10, 3, 100))) {
      assertThat(evaluate(server, model, List.of())).isEqualTo(FakeEvaluator.REPORT);
      assertThat(model.batches).containsExactly(4, 4, 2);
      assertThat(server.answers).hasSize(10);
      assertThat(server.faults).isEmpty();
      assertThat(model.wrongImages()).isEmpty();
      Answer answer = server.answers.get(7);
      assertThat(answer.getText()).isEqualTo("question 7");
      assertThat(answer.getConfidence()).isEqualTo(0.75f);
      assertThat(answer.getPredictedType()).isEqualTo(AnswerType.CLOSED);
      assertThat(answer.getLatencySeconds()).isBetween(1e-9f, 30f);
      assertThat(server.streams.getFirst().hello)
          .isEqualTo(HELLO.toBuilder().addCapabilities(TaskKind.VISUAL_QUESTION_ANSWERING).build());
    }
  }

  @Test
  void progressTellsTaskAndQuestions() throws IOException {
    FakeModel model =
        new FakeModel(4) {
          @Override
          public List<Answered> answer(List<Asked> batch) {
            assertThat(state.progress().getPhase()).isEqualTo(Phase.EVALUATING);
            assertThat(state.progress().getEvaluating()).isEqualTo("shapes@1");
            assertThat(state.progress().getQuestionsTotal()).isEqualTo(10);
            assertThat(state.progress().getQuestionsAnswered()).isEqualTo(asked.size());
            return super.answer(batch);
          }
        };
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(10, 3, 100))) {
      evaluate(server, model, List.of());
    }
    assertThat(state.progress().getQuestionsAnswered()).isEqualTo(10);
  }

  @Test
  void creditsStayWithinAFewBatches() throws IOException {
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(100, 3, 100))) {
      evaluate(server, new FakeModel(8), List.of());
      assertThat(server.faults).isEmpty();
      assertThat(server.streams.getFirst().mostAtOnce).isEqualTo(32);
      assertThat(server.streams.getFirst().grants.stream().mapToInt(n -> n).sum()).isEqualTo(100);
    }
  }

  @Test
  void batchesBeyondTheLargestCreditAreCut() throws IOException {
    FakeModel model = new FakeModel(5000);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(5000, 1, 100))) {
      evaluate(server, model, List.of());
      assertThat(server.faults).isEmpty();
      assertThat(server.streams.getFirst().mostAtOnce).isEqualTo(4096);
    }
    assertThat(model.batches).containsExactly(4096, 904);
  }

  @Test
  void equalImagesOfABatchAreOneObject() throws IOException {
    FakeModel model = new FakeModel(6);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(6, 2, 1000))) {
      evaluate(server, model, List.of(), settings(1000));
    }
    assertThat(model.batches).containsExactly(6);
    for (int i = 2; i < 6; i++) {
      assertThat(model.asked.get(i).image()).isSameAs(model.asked.get(i - 2).image());
    }
  }

  @Test
  void imagesBeyondTheMemoryBudgetComeBackFromTheDisk() throws IOException {
    FakeModel model = new FakeModel(4);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(100, 20, 50_000))) {
      evaluate(server, model, List.of(), settings(150_000));
      assertThat(server.answers).hasSize(100);
    }
    assertThat(model.wrongImages()).isEmpty();
    assertThat(model.asked.stream().map(question -> question.image().sha256()).distinct())
        .hasSize(20);
  }

  @Test
  void imageOf32MebibytesArrives() throws IOException {
    FakeModel model = new FakeModel(1);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(1, 1, 32 << 20))) {
      evaluate(server, model, List.of());
    }
    assertThat(model.asked.getFirst().image().data()).hasSize(32 << 20);
    assertThat(model.wrongImages()).isEmpty();
  }

  @Test
  void fingerprintsGoInMessagesOfAtMost2000() throws IOException {
    Fingerprint fingerprint =
        Fingerprint.newBuilder()
            .setImage(ImageFingerprint.newBuilder().setSha256(image(1, 32)).setPerceptual(5))
            .build();
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(1, 1, 100))) {
      evaluate(server, new FakeModel(1), Collections.nCopies(100_001, fingerprint));
      List<Integer> sizes = server.streams.getFirst().fingerprints;
      assertThat(sizes).hasSize(51).startsWith(2000, 2000).endsWith(2000, 1);
    }
  }

  @Test
  void storedReportComesAtOnce() throws IOException {
    FakeModel model = new FakeModel(4);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(10, 3, 100))) {
      server.stored = true;
      assertThat(evaluate(server, model, List.of())).isEqualTo(FakeEvaluator.REPORT);
      assertThat(server.streams.getFirst().grants).isEmpty();
    }
    assertThat(model.batches).isEmpty();
    assertThat(state.progress().getQuestionsAnswered()).isEqualTo(10);
  }

  @Test
  void retrievalGetsChoicesAndAnswersWithOne() throws IOException {
    List<String> captions = List.of("a disc", "a ring", "a square");
    List<Item> items =
        IntStream.range(0, 6)
            .mapToObj(i -> new Item(i, "", image(i, 100), i < 3 ? captions : List.of("a", "b")))
            .toList();
    FakeModel model = new FakeModel(6);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items)) {
      evaluate(server, model, List.of());
      assertThat(server.answers.get(0).getChoice()).isEqualTo(2);
      assertThat(server.answers.get(5).getChoice()).isEqualTo(1);
    }
    assertThat(model.asked.getFirst().choices()).isEqualTo(captions);
    assertThat(model.asked.getLast().choices()).containsExactly("a", "b");
  }

  @Test
  void oneClientEvaluatesSeveralTimes() throws IOException {
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(10, 3, 100));
        EvaluatorClient client =
            EvaluatorClient.connect(server.address(), trainer, settings(1 << 20))) {
      FakeModel first = new FakeModel(4);
      client.evaluate(HELLO, List.of(), first, state, () -> false);
      FakeModel second = new FakeModel(4);
      client.evaluate(HELLO, List.of(), second, state, () -> false);
      assertThat(first.asked).hasSize(10);
      assertThat(second.asked).isEmpty();
    }
  }

  @Test
  void tenThousandQuestionsAreAnsweredOnceEach() throws IOException {
    FakeModel model = new FakeModel(64);
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(10_000, 500, 200))) {
      evaluate(server, model, List.of());
      assertThat(server.answers).hasSize(10_000);
      assertThat(server.faults).isEmpty();
      assertThat(server.streams.getFirst().mostAtOnce).isEqualTo(256);
    }
    assertThat(model.batches).hasSize(157);
  }

  @Test
  void slowModelHoldsTheServerBack() throws IOException {
    try (FakeEvaluator server = new FakeEvaluator(evaluator, items(128, 128, 1 << 19))) {
      FakeModel model =
          new FakeModel(16) {
            @Override
            public List<Answered> answer(List<Asked> batch) {
              if (batches.isEmpty()) {
                await().until(() -> !server.streams.getFirst().ready);
                assertThat(server.streams.getFirst().asked).hasValueLessThan(16 + 32);
              }
              return super.answer(batch);
            }
          };
      evaluate(server, model, List.of());
      assertThat(model.batches).hasSize(8);
      assertThat(model.wrongImages()).isEmpty();
    }
  }

  @Test
  void addressWithoutPortIsRefused() {
    for (String wrong : List.of("localhost", "localhost:", ":7443", "localhost:99999", "a:b:1")) {
      assertThatThrownBy(() -> EvaluatorClient.connect(wrong, trainer))
          .isInstanceOfSatisfying(
              TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
          .hasMessage("--evaluator must be HOST:PORT, was " + wrong);
    }
  }
}
