package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LiveLineTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final RunProgress TRAINING =
      RunProgress.newBuilder()
          .setPhase(Phase.TRAINING)
          .setStep(1200)
          .setTotalSteps(2400)
          .setLoss(0.12345f)
          .setSamplesPerSecond(1234.4)
          .setEtaSeconds(83)
          .build();

  @Test
  void trainingShowsStepLossRateAndEta() {
    assertThat(LiveLine.of(seen("phantom-vqa", TRAINING, START)))
        .isEqualTo("phantom-vqa          training   1200/2400  loss 0.123  1234/s  ETA 1:23");
  }

  @Test
  void evaluationShowsTaskAndQuestions() {
    RunProgress progress =
        TRAINING.toBuilder()
            .setPhase(Phase.EVALUATING)
            .setEvaluating("phantom-vqa@1")
            .setQuestionsAnswered(120)
            .setQuestionsTotal(2112)
            .build();
    assertThat(LiveLine.of(seen("a", progress, START)))
        .isEqualTo("a                    evaluating phantom-vqa@1 120/2112");
  }

  @Test
  void everyStateFitsInto80Columns() {
    RunProgress large =
        TRAINING.toBuilder()
            .setStep(123_456_789)
            .setTotalSteps(999_999_999)
            .setLoss(1e30f)
            .setEtaSeconds(1e9)
            .build();
    String name = "a-name-of-forty-characters-exactly-so-it";
    assertThat(LiveLine.of(seen(name, large, START))).hasSizeLessThanOrEqualTo(80);
    assertThat(LiveLine.of(with(new Verdict.Stopped("x ".repeat(100)))))
        .hasSizeLessThanOrEqualTo(80);
    assertThat(LiveLine.of(with(new Verdict.BackingOff(1, 5, "m"))))
        .isEqualTo("a                    restarting restart 1 of 5");
    assertThat(LiveLine.of(with(new Verdict.Failed("Invalid", "m", true))))
        .isEqualTo("a                    failed     Invalid");
  }

  @Test
  void resumedRunStartsAndOnlyAFailedOneRestarts() {
    Attempt first = Attempt.started(1, START);
    assertThat(LiveLine.state(starting(first.ended(START, 130, Attempts.STOPPED))))
        .isEqualTo("starting");
    assertThat(LiveLine.state(starting(first.ended(START, 137, "Killed")))).isEqualTo("restarting");
  }

  @Test
  void noteBeginsAtTheMarginWhateverTheTerminalEchoed() {
    StringWriter text = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(text), true, List.of("a"));
    view.note("xfolds", "before the first line");
    view.observed(seen("a", TRAINING, START));
    text.getBuffer().setLength(0);
    view.note("xfolds", "stopping");
    assertThat(text.toString()).startsWith("\r\u001b[1A\u001b[0Jxfolds: stopping\n");
    view.end();
    text.getBuffer().setLength(0);
    view.note("xfolds", "after");
    assertThat(text.toString()).startsWith("\r\u001b[0Jxfolds: after\n");
  }

  @Test
  void terminalIsRedrawnInPlace() {
    StringWriter text = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(text), true, List.of("a", "b"));
    view.observed(seen("a", TRAINING, START));
    view.observed(seen("a", TRAINING, START));
    view.observed(seen("a", TRAINING.toBuilder().setStep(1300).build(), START));
    assertThat(text.toString().lines().filter(line -> line.contains("waiting"))).hasSize(2);
    assertThat(text.toString()).containsOnlyOnce("\u001b[2A\u001b[0J");
  }

  @Test
  void plainOutputTellsChangesOfStateAndEveryTenSeconds() {
    StringWriter text = new StringWriter();
    ProgressView view = new ProgressView(new PrintWriter(text), false, List.of("a"));
    for (int second = 0; second < 25; second++) {
      view.observed(
          seen("a", TRAINING.toBuilder().setStep(second).build(), START.plusSeconds(second)));
    }
    view.observed(with(new Verdict.Succeeded()));
    assertThat(text.toString().lines()).hasSize(4).last().asString().contains("done");
    assertThat(text.toString()).doesNotContain("\u001b");
  }

  private static Observation starting(Attempt before) {
    return Observation.local(
        Plans.phantom("a"),
        START,
        List.of(before, Attempt.started(2, START)),
        Ranks.of(PodState.STARTING),
        PodState.READY,
        Optional.empty(),
        List.of(),
        new Verdict.Undecided());
  }

  private static Observation seen(String name, RunProgress progress, Instant at) {
    return Observation.local(
        Plans.phantom(name),
        at,
        List.of(Attempt.started(1, START)),
        Ranks.of(PodState.READY),
        PodState.READY,
        Optional.of(progress),
        List.of(),
        new Verdict.Undecided());
  }

  private static Observation with(Verdict verdict) {
    return Observation.local(
        Plans.phantom("a"),
        START,
        List.of(Attempt.started(1, START)),
        Ranks.of(PodState.ENDED),
        PodState.READY,
        Optional.of(TRAINING),
        List.of(),
        verdict);
  }
}
