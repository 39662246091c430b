package dev.xfolds.trainer.train;

/** How fast steps go, and where their time goes: lately, and since somebody last asked. */
final class Throughput {

  private static final double WEIGHT_OF_LATEST = 0.05;

  /**
   * What steps took on average.
   *
   * @param samplesPerSecond 0 without a step
   */
  record Average(double samplesPerSecond, StepTime step) {}

  private final int samplesPerStep;
  private StepTime lately = StepTime.NONE;
  private StepTime since = StepTime.NONE;
  private long stepsSince;

  Throughput(int samplesPerStep) {
    this.samplesPerStep = samplesPerStep;
  }

  void add(StepTime step) {
    lately =
        lately.total() == 0
            ? step
            : lately.times(1 - WEIGHT_OF_LATEST).plus(step.times(WEIGHT_OF_LATEST));
    since = since.plus(step);
    stepsSince++;
  }

  /** Of a step, moving averages. */
  StepTime lately() {
    return lately;
  }

  /** Share of a step's time that waits for its batch, 0 to 1, a moving average. */
  double waitShare() {
    return lately.total() == 0 ? 0 : lately.data() / lately.total();
  }

  /** Samples per second, a moving average. */
  double recent() {
    return rate(lately);
  }

  double secondsFor(long steps) {
    return steps * lately.total();
  }

  /** Of the steps since the last call. */
  Average sinceLastAsked() {
    StepTime average = stepsSince == 0 ? StepTime.NONE : since.times(1.0 / stepsSince);
    since = StepTime.NONE;
    stepsSince = 0;
    return new Average(rate(average), average);
  }

  private double rate(StepTime step) {
    return step.total() == 0 ? 0 : samplesPerStep / step.total();
  }
}
