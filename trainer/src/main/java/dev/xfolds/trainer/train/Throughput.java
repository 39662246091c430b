package dev.xfolds.trainer.train;

/** How fast steps go, and how much of them is waiting: lately, and since somebody last asked. */
final class Throughput {

  private static final double WEIGHT_OF_LATEST = 0.05;

  private final int samplesPerStep;
  private double secondsPerStep;
  private double waitedPerStep;
  private double secondsSince;
  private long stepsSince;

  Throughput(int samplesPerStep) {
    this.samplesPerStep = samplesPerStep;
  }

  /**
   * Counts a step.
   *
   * @param seconds that it took
   * @param waited seconds of them that went by before its batch was there
   */
  void add(double seconds, double waited) {
    boolean first = secondsPerStep == 0;
    secondsPerStep = first ? seconds : average(secondsPerStep, seconds);
    waitedPerStep = first ? waited : average(waitedPerStep, waited);
    secondsSince += seconds;
    stepsSince++;
  }

  /** Share of a step's time that waits for its batch, 0 to 1, a moving average. */
  double waitShare() {
    return secondsPerStep == 0 ? 0 : waitedPerStep / secondsPerStep;
  }

  /** Samples per second, a moving average. */
  double recent() {
    return secondsPerStep == 0 ? 0 : samplesPerStep / secondsPerStep;
  }

  double secondsFor(long steps) {
    return steps * secondsPerStep;
  }

  /** Samples per second since the last call. */
  double sinceLastAsked() {
    double value = secondsSince == 0 ? 0 : stepsSince * samplesPerStep / secondsSince;
    secondsSince = 0;
    stepsSince = 0;
    return value;
  }

  private static double average(double before, double latest) {
    return before + WEIGHT_OF_LATEST * (latest - before);
  }
}
