package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Timestamp;
import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.local.FinishedTraining;
import dev.xfolds.operator.local.RunResult;
import dev.xfolds.operator.observe.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class RunTextTest {
  private static final Path HERE = Path.of("/home/me");

  private final RunText text = new RunText(HERE);

  @Test
  void scoresStandWithIntervalAndNBesideBaselinesAndDifferences() {
    List<String> lines = text.of(List.of(complete("phantom-vqa", "phantom-clip")));
    assertThat(lines)
        .contains(
            "phantom-vqa: complete",
            "  phantom-vqa@1, checkpoint 0123456789abcdef at step 2400",
            "  protocol exact: accuracy in %, 95 % intervals clustered by image",
            "                       n  model                major  other   same",
            "  overall           2112  95.6 [94.1, 96.8]     43.0   44.2      -",
            "  side               384  99.0 [97.5, 100.0]    50.3      -      -",
            "  training question about another image, about the same image",
            "  paired: model - best baseline        shuffled images      blank images",
            "  overall         +51.4 [+49.0, +53.6] -                    +40.0 [+38.0, +42.0]",
            "  time        1:36 in 1 attempt, 1:11 of it in training steps",
            "  parameters  1,234,567, of them 1,000,000 trained",
            "  PF-days     2.47e-07 peak, 2.00e-08 counted (MFU 8.1 %)",
            "              1 x CPU, 2 threads, fp32, peak 0.300 TFLOP/s each, training steps",
            "  checkpoint  runs/trainer/runs/default/phantom-vqa/checkpoints/step-00002400");
  }

  @Test
  void runsOnTheSameTaskStandSideBySide() {
    List<String> lines =
        text.of(
            List.of(complete("phantom-vqa", "phantom-clip"), complete("phantom-vqa-scratch", "")));
    assertThat(lines)
        .containsSubsequence(
            "phantom-vqa@1         initFrom      overall               - best baseline",
            "phantom-vqa           phantom-clip  95.6 [94.1, 96.8]     +51.4 [+49.0, +53.6]",
            "phantom-vqa-scratch   -             95.6 [94.1, 96.8]     +51.4 [+49.0, +53.6]");
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    List<RunResult> results =
        List.of(
            complete("a-name-of-forty-characters-exactly-so-it", "another-name-that-is-long"),
            complete("b", ""),
            frozen(),
            failed());
    assertThat(text.of(results)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void cachedFeaturesGiveNoMfu() throws IOException {
    assertThat(text.of(List.of(frozen())))
        .contains(
            "  PF-days     2.47e-07 peak, 2.00e-08 counted (no MFU: image features cached)",
            "              1 x CPU, 2 threads, fp32, peak 0.300 TFLOP/s each, training steps");
    var compute = new ObjectMapper().readTree(RunJson.of(List.of(frozen()))).findPath("compute");
    assertThat(compute.has("mfu")).isFalse();
    assertThat(compute.path("assumptions").asText()).endsWith("; no MFU: image features cached");
  }

  @Test
  void stepsLostToACrashAreToldApart() throws IOException {
    RunResult whole = complete("a", "");
    FinishedTraining done = whole.finished().orElseThrow();
    FinishedTraining twice =
        new FinishedTraining(
            done.step(), done.checkpointDigest(), done.parameters(), 78.1, 2e-8, 2e-9, 2.712e-7);
    RunResult killed =
        new RunResult(
            whole.plan(),
            whole.verdict(),
            false,
            2,
            110,
            whole.exitCode(),
            Optional.of(twice),
            whole.reports(),
            whole.files(),
            whole.logTail());
    assertThat(text.of(List.of(whole))).noneMatch(line -> line.contains("lost"));
    assertThat(text.of(List.of(killed)))
        .containsSubsequence(
            "  PF-days     2.71e-07 peak, 2.00e-08 counted (MFU 8.1 %)",
            "              and 2.00e-09 counted in steps lost to a crash");
    assertThat(new ObjectMapper().readTree(RunJson.of(List.of(killed))).findPath("lostPfDays"))
        .hasToString("2.0E-9");
  }

  @Test
  void legendExplainsOnlyTheColumnsThatArePrinted() {
    Report report = report("a");
    Report.Builder without = report.toBuilder().clearScores();
    report.getScoresList().stream()
        .filter(score -> !score.getSubject().equals("nearest-question-same-image"))
        .forEach(without::addScores);
    assertThat(ScoreTables.of(without.build()))
        .contains(
            "  among the nearest training questions; other: answer of the nearest",
            "  training question about another image")
        .noneMatch(line -> line.contains("same"));
  }

  @Test
  void contaminationTellsQuestionsSeenWithAndWithoutTheirImage() {
    assertThat(
            seen(
                Contamination.newBuilder()
                    .setTestImages(384)
                    .setNearImages(223)
                    .setTestQuestions(2112)
                    .setExactQuestions(2112)))
        .contains(
            "  seen in training: 0 of 384 test images (223 more nearly)",
            "  words seen in training: of 2112 of 2112 questions, of 0 about the same image");
    assertThat(
            seen(
                Contamination.newBuilder()
                    .setUnknown(true)
                    .setTestImages(203)
                    .setExactImages(203)
                    .setTestQuestions(451)
                    .setExactQuestions(100)
                    .setNormalizedQuestions(20)
                    .setSameImageAndQuestion(7)))
        .contains(
            "  contamination unknown: some weights came from elsewhere",
            "  seen in training: 203 of 203 test images (0 more nearly)",
            "  words seen in training: of 120 of 451 questions, of 7 about the same image");
    assertThat(seen(Contamination.newBuilder().setTestImages(9).setTestQuestions(9)))
        .noneMatch(line -> line.contains("seen in training"));
  }

  private static List<String> seen(Contamination.Builder found) {
    return ScoreTables.of(report("a").toBuilder().setContamination(found).build());
  }

  @Test
  void failedRunTellsReasonCodeLastLinesAndLog() {
    assertThat(text.of(List.of(failed())))
        .containsSubsequence(
            "bad: failed: Invalid",
            "  the trainer failed: plan or data is wrong (exit code 2, never retried)",
            "  exit code 2",
            "  | images/x.jpg: not a JPEG",
            "  log runs/logs/default/bad/trainer-1.log");
  }

  @Test
  void exitCodeSeparatesTheUsersMistakes() {
    RunResult good = complete("a", "");
    assertThat(RunCommand.exitCode(List.of(good))).isZero();
    assertThat(RunCommand.exitCode(List.of(good, failed()))).isEqualTo(2);
    RunResult ours =
        result("c", "", new Verdict.Failed("Bug", "m", false), OptionalInt.of(1), List.of());
    assertThat(RunCommand.exitCode(List.of(failed(), ours))).isEqualTo(1);
  }

  @Test
  void jsonHoldsWhatTheTextTells() throws IOException {
    var root = new ObjectMapper().readTree(RunJson.of(List.of(complete("a", "clip"), failed())));
    var first = root.path("runs").path(0);
    assertThat(first.path("state").asText()).isEqualTo("Complete");
    assertThat(first.path("initFrom").asText()).isEqualTo("clip");
    assertThat(first.path("reports").path(0).path("scores").path(0).path("value").asDouble())
        .isEqualTo(0.956);
    assertThat(first.path("compute").path("countedPfDays").asDouble()).isEqualTo(2e-8);
    assertThat(first.path("compute").path("mfu").asDouble()).isCloseTo(0.0811, within(1e-4));
    var second = root.path("runs").path(1);
    assertThat(second.path("reason").asText()).isEqualTo("Invalid");
    assertThat(second.path("exitCode").asInt()).isEqualTo(2);
    assertThat(second.path("logTail").path(0).asText()).contains("not a JPEG");
  }

  private static RunResult failed() {
    return result(
        "bad",
        "",
        new Verdict.Failed(
            "Invalid",
            "the trainer failed: plan or data is wrong (exit code 2, never retried)",
            true),
        OptionalInt.of(2),
        List.of("images/x.jpg: not a JPEG"));
  }

  private static RunResult frozen() {
    RunResult result = complete("frozen", "");
    RunPlan.Builder plan = result.plan().toBuilder();
    plan.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER);
    return new RunResult(
        plan.build(),
        result.verdict(),
        result.recognised(),
        result.attempts(),
        result.wallSeconds(),
        result.exitCode(),
        result.finished(),
        result.reports(),
        result.files(),
        result.logTail());
  }

  private static RunResult complete(String name, String from) {
    return result(name, from, new Verdict.Succeeded(), OptionalInt.of(0), List.of());
  }

  private static RunResult result(
      String name, String from, Verdict verdict, OptionalInt code, List<String> tail) {
    RunPlan.Builder plan = Plans.phantom(name).toBuilder();
    if (!from.isEmpty()) {
      plan.getInitFromBuilder().setRun(from);
    }
    plan.getTrainingBuilder().setPrecision(Precision.FP32);
    plan.getCostBuilder().setParameters(1_234_567).setTrainableParameters(1_000_000);
    plan.getCostBuilder().getHardwareBuilder().setDevice("CPU, 2 threads").setPeakFlops(300e9);
    boolean complete = verdict instanceof Verdict.Succeeded;
    Path folder = HERE.resolve("runs/trainer/runs/default").resolve(name);
    return new RunResult(
        plan.build(),
        verdict,
        false,
        1,
        96,
        code,
        complete
            ? Optional.of(new FinishedTraining(2400, "0123", 1_234_567, 71, 2e-8, 0, 2.465e-7))
            : Optional.empty(),
        complete ? List.of(report(name)) : List.of(),
        new RunResult.RunFiles(
            folder,
            complete && name.length() < 20
                ? Optional.of(folder.resolve("checkpoints/step-00002400"))
                : Optional.empty(),
            List.of(),
            Path.of("metrics.jsonl"),
            HERE.resolve("runs/logs/default/bad/trainer-1.log")),
        tail);
  }

  private static Report report(String run) {
    return Report.newBuilder()
        .setRun(run)
        .setTask("phantom-vqa@1")
        .setCheckpointDigest("0123456789abcdef0123")
        .setStep(2400)
        .setFinished(Timestamp.newBuilder().setSeconds(10))
        .addScores(score("overall", "model", 2112, 0.956, 0.941, 0.968))
        .addScores(score("question_type=side", "model", 384, 0.99, 0.975, 1.0))
        .addScores(score("organ=HEAD", "model", 10, 0.5, 0.1, 0.9))
        .addScores(score("overall", "majority", 2112, 0.43, 0.42, 0.44))
        .addScores(score("question_type=side", "majority", 384, 0.503, 0.4, 0.6))
        .addScores(score("overall", "nearest-question-other-image", 2112, 0.442, 0.4, 0.5))
        .addScores(
            Score.newBuilder()
                .setProtocol("exact")
                .setMetric("accuracy")
                .setGroup("overall")
                .setSubject("nearest-question-same-image"))
        .addComparisons(comparison("best-baseline", 0.514, 0.49, 0.536))
        .addComparisons(comparison("blank-images", 0.4, 0.38, 0.42))
        .build();
  }

  private static Score score(
      String group, String subject, int n, double value, double low, double high) {
    return Score.newBuilder()
        .setProtocol("exact")
        .setMetric("accuracy")
        .setGroup(group)
        .setSubject(subject)
        .setN(n)
        .setValue(value)
        .setCiLow(low)
        .setCiHigh(high)
        .build();
  }

  private static Comparison comparison(String other, double value, double low, double high) {
    return Comparison.newBuilder()
        .setProtocol("exact")
        .setMetric("accuracy")
        .setGroup("overall")
        .setOther(other)
        .setN(2112)
        .setDifference(value)
        .setCiLow(low)
        .setCiHigh(high)
        .build();
  }
}
