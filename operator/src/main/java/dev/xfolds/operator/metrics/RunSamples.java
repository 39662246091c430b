package dev.xfolds.operator.metrics;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.contract.v1.StepSeconds;
import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.api.Condition;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.status.Compute;
import dev.xfolds.operator.status.Statuses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The samples of one run at one moment. A number that is not known has no sample. */
final class RunSamples {
  private static final Set<String> WAITS = Set.of("Waiting", "Pending");
  private static final Set<String> WORKS = Set.of("Running", "Evaluating");

  private final RunNumbers numbers;
  private final Instant now;
  private final List<Sample> samples = new ArrayList<>();

  private RunSamples(RunNumbers numbers, Instant now) {
    this.numbers = numbers;
    this.now = now;
  }

  static List<Sample> of(RunNumbers numbers, Instant now) {
    RunSamples all = new RunSamples(numbers, now);
    all.status();
    numbers.heard().ifPresent(all::heard);
    if (numbers.heard().isEmpty()) {
      all.remembered();
    }
    all.samples.addAll(ScoreSamples.of(numbers));
    return all.samples;
  }

  private void status() {
    TrainingRunStatus status = numbers.status();
    if (status.model() != null) {
      add(RunMetric.INFO, 1, status.model());
    }
    if (status.state() != null) {
      add(RunMetric.STATE, 1, status.state());
    }
    for (Condition condition : status.conditions()) {
      add(RunMetric.CONDITION, 1, condition.type(), condition.status(), condition.reason());
    }
    add(RunMetric.CREATED, numbers.createdAt().getEpochSecond());
    add(RunMetric.WAITING, WAITS.contains(status.state()) ? seconds(waitsSince(), now) : 0);
    add(RunMetric.ATTEMPTS, count(status.attemptCount()));
    add(RunMetric.RESTARTS, count(status.restartCount()));
    numbers.evaluatorAnswers().ifPresent(up -> add(RunMetric.EVALUATOR_UP, up ? 1 : 0));
  }

  /** The latest of: it was created, an attempt ended, somebody let it run again. */
  private Instant waitsSince() {
    Stream<String> ends = numbers.status().attempts().stream().map(AttemptStatus::endedAt);
    Stream<String> resumed =
        numbers.status().conditions().stream()
            .filter(one -> one.type().equals("Suspended") && one.status().equals("False"))
            .map(Condition::lastTransitionTime);
    return Stream.concat(ends, resumed)
        .filter(time -> time != null)
        .map(Instant::parse)
        .reduce(numbers.createdAt(), (a, b) -> a.isAfter(b) ? a : b);
  }

  private void heard(RunNumbers.Heard heard) {
    RunProgress progress = heard.progress();
    if (progress.getTotalSteps() > 0) { // before, an attempt has not read its checkpoint
      add(RunMetric.STEP, progress.getStep());
      add(RunMetric.STEPS, progress.getTotalSteps());
      add(RunMetric.SKIPPED, progress.getSkippedSteps());
      add(RunMetric.UNREADABLE, progress.getUnreadableImages());
      numbers.plan().ifPresent(plan -> compute(plan, progress));
    }
    if (progress.hasValidation()) {
      add(RunMetric.VALIDATION, progress.getValidation());
    }
    if (progress.getCheckpointStep() >= 0) {
      add(RunMetric.CHECKPOINT_STEP, progress.getCheckpointStep());
    }
    if (progress.getQuestionsTotal() > 0) {
      add(RunMetric.QUESTIONS_ANSWERED, progress.getQuestionsAnswered());
      add(RunMetric.QUESTIONS, progress.getQuestionsTotal());
    }
    boolean works = WORKS.contains(numbers.status().state());
    if (works) {
      add(RunMetric.TRAINER_UP, heard.answers() ? 1 : 0);
      add(RunMetric.PROGRESS_AGE, seconds(heard.at(), now));
      if (progress.hasCheckpointWritten()) {
        add(RunMetric.CHECKPOINT_AGE, seconds(instant(progress), now));
      }
    }
    if (works && heard.answers()) {
      live(progress);
    }
  }

  /** What is true only as long as rank 0 says so. */
  private void live(RunProgress progress) {
    if (progress.getSamplesPerSecond() > 0) {
      add(RunMetric.LOSS, progress.getLoss());
      add(RunMetric.LEARNING_RATE, progress.getLearningRate());
      add(RunMetric.GRADIENT_NORM, progress.getGradientNorm());
      add(RunMetric.ETA, progress.getEtaSeconds());
    }
    if (progress.getPhase() == Phase.TRAINING && progress.getSamplesPerSecond() > 0) {
      add(RunMetric.SAMPLES_PER_SECOND, progress.getSamplesPerSecond());
      add(RunMetric.DATA_WAIT, progress.getDataWaitShare());
      if (progress.hasStepSeconds()) {
        step(progress.getStepSeconds());
      }
    }
    if (progress.getCheckpointSeconds() > 0) {
      add(RunMetric.CHECKPOINT_SECONDS, progress.getCheckpointSeconds());
    }
    if (progress.getHeapBytes() > 0) {
      add(RunMetric.MEMORY, (double) progress.getHeapBytes(), "heap");
    }
    if (progress.getResidentBytes() > progress.getHeapBytes()) {
      add(
          RunMetric.MEMORY,
          (double) (progress.getResidentBytes() - progress.getHeapBytes()),
          "native");
    }
  }

  private void step(StepSeconds seconds) {
    add(RunMetric.STEP_SECONDS, seconds.getData(), "data");
    add(RunMetric.STEP_SECONDS, seconds.getForward(), "forward");
    add(RunMetric.STEP_SECONDS, seconds.getBackward(), "backward");
    add(RunMetric.STEP_SECONDS, seconds.getOptimizer(), "optimizer");
    add(RunMetric.STEP_SECONDS, seconds.getCommunication(), "communication");
  }

  private void compute(RunPlan plan, RunProgress progress) {
    Compute compute = Compute.of(plan, progress);
    add(RunMetric.COUNTED_FLOPS, progress.getCountedFlops());
    add(RunMetric.COUNTED_PF_DAYS, compute.countedPfDays());
    add(RunMetric.LOST_PF_DAYS, compute.lostPfDays());
    add(RunMetric.PEAK_PF_DAYS, compute.peakPfDays());
    add(RunMetric.DEVICE_SECONDS, compute.deviceSeconds());
    compute.mfu().ifPresent(mfu -> add(RunMetric.MFU, mfu));
  }

  /** What an operator before this one wrote into status, with four digits. */
  private void remembered() {
    TrainingRunStatus status = numbers.status();
    Optional.ofNullable(status.progress())
        .ifPresent(
            progress -> {
              add(RunMetric.STEP, progress.step());
              add(RunMetric.STEPS, progress.total());
            });
    Optional.ofNullable(status.compute())
        .ifPresent(
            compute -> {
              add(RunMetric.COUNTED_PF_DAYS, compute.countedPfDays());
              add(RunMetric.LOST_PF_DAYS, compute.lostPfDays());
              add(RunMetric.PEAK_PF_DAYS, compute.peakPfDays());
              add(RunMetric.DEVICE_SECONDS, compute.gpuSeconds());
              add(RunMetric.MFU, compute.mfu());
              if (compute.countedPfDays() != null) {
                add(
                    RunMetric.COUNTED_FLOPS,
                    Double.parseDouble(compute.countedPfDays()) * Compute.FLOPS_PER_PF_DAY);
              }
            });
    if (WORKS.contains(status.state()) && !Statuses.isTerminal(status)) {
      add(RunMetric.TRAINER_UP, 0);
    }
  }

  private void add(RunMetric metric, String decimal) {
    if (decimal != null) {
      add(metric, Double.parseDouble(decimal));
    }
  }

  private void add(RunMetric metric, Long number) {
    if (number != null) {
      add(metric, number.doubleValue());
    }
  }

  private void add(RunMetric metric, double value, String... labels) {
    samples.add(
        new Sample(
            metric,
            Stream.concat(Stream.of(numbers.namespace(), numbers.run()), Stream.of(labels))
                .toList(),
            value));
  }

  private static int count(Integer number) {
    return number == null ? 0 : number;
  }

  private static Instant instant(RunProgress progress) {
    return Instant.ofEpochSecond(
        progress.getCheckpointWritten().getSeconds(), progress.getCheckpointWritten().getNanos());
  }

  /** Never below 0: clocks of two machines differ. */
  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
  }
}
