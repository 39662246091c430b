package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.progress.EventFile;
import dev.xfolds.trainer.progress.MetricLine;
import dev.xfolds.trainer.progress.MetricsFile;
import dev.xfolds.trainer.progress.ProcessMemory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** metrics.jsonl and TensorBoard's events: the same lines into both. */
final class MetricsLog implements AutoCloseable {

  private record Files(MetricsFile lines, EventFile events) {}

  private final Optional<Files> files;

  private MetricsLog(Optional<Files> files) {
    this.files = files;
  }

  /** Of a rank that is not the first: nobody reads it. */
  static MetricsLog unwritten() {
    return new MetricsLog(Optional.empty());
  }

  /** Continues behind a checkpoint; what an attempt without one has written is dropped. */
  static MetricsLog continueAfter(RunContext run, TrainingStateOrBuilder state) {
    long step = state.getStep();
    MetricsFile lines =
        MetricsFile.continueAfter(
            run.folder().metrics(), step == 0 ? -1 : step, state.getValidatedStep());
    try {
      EventFile events = EventFile.create(run.folder().path(), run.attempt(), step, run.clock());
      return new MetricsLog(Optional.of(new Files(lines, events)));
    } catch (RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  void step(
      long step, StepResult result, double learningRate, Speed.OfLine speed, long skippedSteps) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", result.loss());
    values.put("learningRate", learningRate);
    values.put("gradientNorm", result.gradientNorm());
    values.put("samplesPerSecond", speed.samplesPerSecond());
    values.put("flopsPerSecond", speed.flopsPerSecond());
    speed.mfu().ifPresent(mfu -> values.put("mfu", mfu));
    values.put("dataSeconds", speed.step().data());
    values.put("forwardSeconds", speed.step().forward());
    values.put("backwardSeconds", speed.step().backward());
    values.put("optimizerSeconds", speed.step().optimizer());
    values.put("communicationSeconds", speed.step().communication());
    values.put("checkpointSeconds", speed.checkpointSeconds());
    ProcessMemory memory = ProcessMemory.now();
    values.put("heapBytes", (double) memory.heapBytes());
    values.put("residentBytes", (double) memory.residentBytes());
    values.put("skippedSteps", (double) skippedSteps);
    append(new MetricLine(step, values));
  }

  void validation(long step, Measured measured) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validationLoss", measured.loss());
    values.put("validationAccuracy", measured.accuracy());
    append(new MetricLine(step, values));
  }

  void unreadable(long step, String reason) {
    files.ifPresent(both -> both.lines().unreadable(step, reason));
  }

  private void append(MetricLine line) {
    files.ifPresent(
        both -> {
          both.lines().append(line);
          both.events().append(line);
        });
  }

  @Override
  public void close() {
    if (files.isPresent()) {
      try (MetricsFile _ = files.get().lines()) {
        files.get().events().close();
      }
    }
  }
}
