package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.progress.EventFile;
import dev.xfolds.trainer.progress.MetricLine;
import dev.xfolds.trainer.progress.MetricsFile;
import dev.xfolds.trainer.progress.ProcessMemory;
import java.util.LinkedHashMap;
import java.util.Map;

/** metrics.jsonl and TensorBoard's events: the same lines into both. */
final class MetricsLog implements AutoCloseable {

  private final MetricsFile lines;
  private final EventFile events;

  private MetricsLog(MetricsFile lines, EventFile events) {
    this.lines = lines;
    this.events = events;
  }

  /** Continues behind a checkpoint; what an attempt without one has written is dropped. */
  static MetricsLog continueAfter(RunContext run, TrainingStateOrBuilder state) {
    long step = state.getStep();
    MetricsFile lines =
        MetricsFile.continueAfter(
            run.folder().metrics(), step == 0 ? -1 : step, state.getValidatedStep());
    try {
      return new MetricsLog(
          lines, EventFile.create(run.folder().path(), run.attempt(), step, run.clock()));
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
    lines.unreadable(step, reason);
  }

  private void append(MetricLine line) {
    lines.append(line);
    events.append(line);
  }

  @Override
  public void close() {
    try (lines) {
      events.close();
    }
  }
}
