package dev.xfolds.trainer.train;

/** How fast steps go: lately, and since somebody last asked. */
final class Throughput {

  private static final double WEIGHT_OF_LATEST = 0.05;

  private final int samplesPerStep;
  private double secondsPerStep;
  private double secondsSince;
  private long stepsSince;

  Throughput(int samplesPerStep) {
    this.samplesPerStep = samplesPerStep;
  }

  void add(double seconds) {
    secondsPerStep =
        secondsPerStep == 0
            ? seconds
            : secondsPerStep + WEIGHT_OF_LATEST * (seconds - secondsPerStep);
    secondsSince += seconds;
    stepsSince++;
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
}
