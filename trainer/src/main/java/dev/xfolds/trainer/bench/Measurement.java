package dev.xfolds.trainer.bench;

import java.util.List;

/**
 * What was timed.
 *
 * @param what its name
 * @param unit of the amount: sample, FLOP, image or B (bytes)
 * @param amount of it that one time does
 * @param seconds of each time
 * @param flops that one time does; 0 where none are counted
 * @param peakBytes resident memory of the process at most so far; 0 where the system does not tell
 */
public record Measurement(
    String what, String unit, double amount, List<Double> seconds, double flops, long peakBytes) {

  public Measurement {
    seconds = List.copyOf(seconds);
  }
}
