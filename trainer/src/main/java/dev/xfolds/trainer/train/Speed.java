package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.TrainingStateOrBuilder;
import dev.xfolds.trainer.progress.RunState;
import java.util.OptionalDouble;

/**
 * How fast a run's steps go, as it is told: lately to the operator, since the last line to logs.
 */
final class Speed {

  private final Throughput throughput;
  private final double flopsPerStep;
  private final OptionalDouble peak;
  private double checkpointSeconds;

  /**
   * Of no step yet.
   *
   * @param flopsPerStep counted for the model
   * @param peak of the device, FLOP/s; empty where cached features save what is counted
   */
  Speed(int samplesPerStep, double flopsPerStep, OptionalDouble peak) {
    this.throughput = new Throughput(samplesPerStep);
    this.flopsPerStep = flopsPerStep;
    this.peak = peak.isPresent() && peak.getAsDouble() > 0 ? peak : OptionalDouble.empty();
  }

  /**
   * The steps between two lines of a log.
   *
   * @param step averages of one
   * @param checkpointSeconds that training waited for checkpoints, all together
   * @param mfu share of the device's peak; empty where it means nothing
   */
  record OfLine(
      double samplesPerSecond,
      StepTime step,
      double checkpointSeconds,
      double flopsPerSecond,
      OptionalDouble mfu) {}

  void add(StepTime step) {
    throughput.add(step);
  }

  /** Counts what training waited for a checkpoint. */
  void waited(double seconds) {
    checkpointSeconds += seconds;
  }

  OfLine sinceLastLine() {
    Throughput.Average average = throughput.sinceLastAsked();
    double flops = average.step().total() == 0 ? 0 : flopsPerStep / average.step().total();
    OfLine line =
        new OfLine(
            average.samplesPerSecond(),
            average.step(),
            checkpointSeconds,
            flops,
            peak.isPresent() ? OptionalDouble.of(flops / peak.getAsDouble()) : peak);
    checkpointSeconds = 0;
    return line;
  }

  /** Tells the operator where a run stands after a step. */
  void tell(
      RunState progress,
      TrainingStateOrBuilder state,
      StepResult result,
      double learningRate,
      long totalSteps) {
    progress.update(
        p ->
            p.setPhase(Phase.TRAINING)
                .setStep(state.getStep())
                .setLoss((float) result.loss())
                .setLearningRate((float) learningRate)
                .setGradientNorm((float) result.gradientNorm())
                .setSamplesPerSecond(throughput.recent())
                .setDataWaitShare(throughput.waitShare())
                .setStepSeconds(throughput.lately().message())
                .setEtaSeconds(throughput.secondsFor(totalSteps - state.getStep()))
                .setSkippedSteps(state.getSkippedSteps())
                .setCountedFlops(state.getCountedFlops())
                .setTrainingSeconds(state.getTrainingSeconds()));
  }
}
