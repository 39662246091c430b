package dev.xfolds.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.contract.v1.Session;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole evaluations over loopback with mutual TLS. */
class EvaluationIT {

  private static final Duration PATIENT = Duration.ofSeconds(20);

  @TempDir Path folder;

  /** Reads the grey off the image. */
  private static Function<Question, String> seeing(TestClient client) {
    return question -> "grey " + grey(client.images.get(question.getImageSha256()));
  }

  private static int grey(ByteString png) {
    try {
      BufferedImage image = ImageIO.read(png.newInput());
      return image.getRaster().getSample(0, 0, 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double score(Report report, String subject) {
    return report.getScoresList().stream()
        .filter(score -> score.getSubject().equals(subject))
        .mapToDouble(Score::getValue)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void modelThatSeesIsRightOnItsOwnImagesOnly() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(10));
        TestClient client = evaluator.trainer()) {
      Report report =
          client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), seeing(client));
      assertThat(score(report, "model")).isEqualTo(1.0);
      assertThat(score(report, "SHUFFLED-images")).isEqualTo(0.0);
      assertThat(score(report, "BLANK-images")).isEqualTo(0.0);
      assertThat(report.getTimesAsked()).isEqualTo(1);
      assertThat(report.getFinished().getSeconds()).isEqualTo(TestEvaluator.NOW.getEpochSecond());
      assertThat(report.getReportPath())
          .isEqualTo("evaluations/default/demo/greys@1/abababababababab/report.json");
      assertThat(evaluator.store().resolve(report.getReportPath())).exists();
      assertThat(evaluator.store().resolve(report.getPagePath())).content().contains("greys@1");
    }
  }

  @Test
  void imagesAreSentOncePerStreamAndBeforeTheirQuestion() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(10));
        TestClient client = evaluator.trainer()) {
      client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), question -> "?");
      Set<ByteString> sent = new HashSet<>();
      for (EvaluateResponse message : client.received) {
        if (message.hasImage()) {
          assertThat(sent.add(message.getImage().getSha256())).isTrue();
        }
        if (message.hasQuestion()) {
          assertThat(sent).contains(message.getQuestion().getImageSha256());
        }
      }
      // Ten images, and one blank for each of the two sizes.
      assertThat(sent).hasSize(12);
    }
  }

  @Test
  void idsTellNeitherItemNorVariant() throws IOException {
    Exam exam = TestExams.greys(30);
    Questionnaire one = new Questionnaire(exam, new byte[] {1});
    Questionnaire two = new Questionnaire(exam, new byte[] {2});
    int same = 0;
    Map<String, Integer> byVariant = new HashMap<>();
    for (int id = 0; id < one.total(); id++) {
      same += one.entry(id).equals(two.entry(id)) ? 1 : 0;
      if (id < 60) {
        byVariant.merge(one.entry(id).variant().name(), 1, Integer::sum);
      }
    }
    assertThat(same).isLessThan(10);
    assertThat(byVariant.values()).allSatisfy(n -> assertThat(n).isBetween(8, 35));
  }

  @Test
  void brokenStreamContinuesWithTheUnansweredQuestions() throws IOException {
    Set<Integer> answered = new HashSet<>();
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(10))) {
      try (TestClient client = evaluator.trainer()) {
        TestClient.Stream stream = client.begin(TestClient.hello(TestExams.TASK, "exact").build());
        stream.session();
        stream.credit(12);
        for (int i = 0; i < 10; i++) {
          int id = stream.question().getId();
          stream.answer(id, "grey 0");
          answered.add(id);
        }
        stream.question();
        stream.question();
        stream.credit(1);
        // The thirteenth question comes only after the ten answers were taken.
        stream.question();
        stream.cancel();
      }
      evaluator.restart(PATIENT, TestExams.greys(10));
      tear(evaluator.answers(TestExams.TASK));
      try (TestClient client = evaluator.trainer()) {
        TestClient.Stream stream = client.begin(TestClient.hello(TestExams.TASK, "exact").build());
        Session session = stream.session();
        assertThat(session.getTotal()).isEqualTo(60);
        assertThat(session.getAnswered()).isEqualTo(10);
        stream.credit(50);
        for (int i = 0; i < 50; i++) {
          int id = stream.question().getId();
          assertThat(answered.add(id)).isTrue();
          stream.answer(id, "grey 0");
        }
        Report report = stream.report();
        assertThat(score(report, "model")).isEqualTo(0.1);
        assertThat(Files.readAllLines(evaluator.answers(TestExams.TASK))).hasSize(60);
      }
    }
  }

  private static void tear(Path file) throws IOException {
    Files.writeString(file, "{\"item\":\"q1\",\"vari", StandardOpenOption.APPEND);
  }

  @Test
  void sameKeyGetsTheStoredReportWithoutQuestions() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(4));
        TestClient client = evaluator.trainer()) {
      Report first =
          client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), seeing(client));
      evaluator.restart(PATIENT, TestExams.greys(4));
      try (TestClient again = evaluator.trainer()) {
        TestClient.Stream stream = again.begin(TestClient.hello(TestExams.TASK, "exact").build());
        assertThat(stream.session().getStored()).isTrue();
        assertThat(stream.report()).isEqualTo(first);
        assertThat(stream.end().isOk()).isTrue();
      }
    }
  }

  @Test
  void otherProtocolIsScoredFromStoredAnswers() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(4));
        TestClient client = evaluator.trainer()) {
      client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), seeing(client));
      TestClient.Stream stream = client.begin(TestClient.hello(TestExams.TASK, "lenient").build());
      Session session = stream.session();
      assertThat(session.getAnswered()).isEqualTo(session.getTotal());
      Report report = stream.report();
      assertThat(report.getScoresList())
          .extracting(Score::getProtocol)
          .contains("exact", "lenient");
      assertThat(report.getTimesAsked()).isEqualTo(1);
    }
  }

  @Test
  void newVersionWithTheSameQuestionsTakesTheAnswersOver() throws IOException {
    Exam first = TestExams.greys("greys@1", 4, "data-1");
    Exam mended = TestExams.greys("greys@2", 4, "data-2");
    Exam longer = TestExams.greys("greys@3", 5, "data-3");
    try (TestEvaluator evaluator = new TestEvaluator(folder, first, mended, longer);
        TestClient client = evaluator.trainer()) {
      client.evaluate(TestClient.hello("greys@1", "exact").build(), seeing(client));
      TestClient.Stream stream = client.begin(TestClient.hello("greys@2", "exact").build());
      assertThat(stream.session().getAnswered()).isEqualTo(24);
      assertThat(stream.report().getTimesAsked()).isEqualTo(1);
      TestClient.Stream other = client.begin(TestClient.hello("greys@3", "exact").build());
      assertThat(other.session().getAnswered()).isZero();
      other.cancel();
    }
  }

  @Test
  void reportsSayHowOftenTheTestWasAsked() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2));
        TestClient client = evaluator.trainer();
        TestClient operator = evaluator.operator()) {
      client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), seeing(client));
      Report later =
          client.evaluate(
              TestClient.hello(TestExams.TASK, "exact")
                  .setCheckpointDigest("cd".repeat(32))
                  .setStep(200)
                  .build(),
              seeing(client));
      assertThat(later.getTimesAsked()).isEqualTo(2);
      List<Report> reports =
          operator
              .blocking()
              .listReports(
                  ListReportsRequest.newBuilder().setNamespace("default").setRun("demo").build())
              .getReportsList();
      assertThat(reports).extracting(Report::getStep).containsExactly(100L, 200L);
      assertThat(reports).last().isEqualTo(later);
    }
  }

  /** A run that was deleted and applied anew, with other steps, under its old name. */
  @Test
  void reportsOfAnotherPlanAreNotThoseOfTheRun() throws IOException {
    Exam exam = TestExams.greys(2);
    try (TestEvaluator evaluator = new TestEvaluator(folder, exam)) {
      evaluator.restart("old", exam);
      ask(evaluator, "old", "aaaa");
      ask(evaluator, "old", "bbbb");
      assertThat(listed(evaluator)).containsExactlyInAnyOrder("aaaa", "bbbb");

      evaluator.restart("new", exam);
      assertThat(listed(evaluator)).isEmpty();
      ask(evaluator, "new", "bbbb"); // the same weights: its report is stored
      assertThat(listed(evaluator)).containsExactly("bbbb");
      assertThat(page(evaluator)).contains("bbbb").doesNotContain("aaaa");
    }
  }

  private static void ask(TestEvaluator evaluator, String planDigest, String checkpointDigest)
      throws IOException {
    Hello.Builder hello = TestClient.hello(TestExams.TASK, "exact");
    hello.setCheckpointDigest(checkpointDigest.repeat(16));
    hello.setStep(checkpointDigest.equals("aaaa") ? 500 : 400);
    hello.getCardBuilder().setPlanDigest(planDigest);
    try (TestClient client = evaluator.trainer()) {
      client.evaluate(hello.build(), seeing(client));
    }
  }

  /** First four characters of the checkpoints on which there are reports. */
  private static List<String> listed(TestEvaluator evaluator) throws IOException {
    try (TestClient operator = evaluator.operator()) {
      return operator
          .blocking()
          .listReports(
              ListReportsRequest.newBuilder().setNamespace("default").setRun("demo").build())
          .getReportsList()
          .stream()
          .map(report -> report.getCheckpointDigest().substring(0, 4))
          .toList();
    }
  }

  private static String page(TestEvaluator evaluator) throws IOException {
    return Files.readString(evaluator.store().resolve("evaluations/default/demo/report.html"));
  }

  @Test
  void otherKeyOfTheSameCheckpointHasItsOwnFolder() throws IOException {
    try (TestEvaluator evaluator = new TestEvaluator(folder, TestExams.greys(2));
        TestClient client = evaluator.trainer()) {
      Report first =
          client.evaluate(TestClient.hello(TestExams.TASK, "exact").build(), seeing(client));
      Report other =
          client.evaluate(
              TestClient.hello(TestExams.TASK, "exact").setSeed(7).build(), seeing(client));
      assertThat(other.getReportPath()).isNotEqualTo(first.getReportPath());
      assertThat(evaluator.store().resolve(other.getReportPath())).exists();
    }
  }
}
