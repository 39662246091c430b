package dev.xfolds.operator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a process of the trainer has timed.
 *
 * @param what its name
 * @param unit of the amount: sample, FLOP, image or B (bytes)
 * @param amount of it that one time does
 * @param seconds of each time
 * @param flops that one time does; 0 where none are counted
 * @param peakBytes resident memory of the process at most; 0 where nobody tells
 */
record BenchFigure(
    String what, String unit, double amount, List<Double> seconds, double flops, long peakBytes) {

  BenchFigure {
    seconds = seconds.stream().sorted().toList();
  }

  static BenchFigure read(String json) {
    try {
      return new ObjectMapper().readValue(json, BenchFigure.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the trainer's measurement is no JSON: " + json, e);
    }
  }

  /** Per second, at the median of the times. */
  double rate() {
    return amount / median();
  }

  double slowest() {
    return amount / seconds.getLast();
  }

  double fastest() {
    return amount / seconds.getFirst();
  }

  /** FLOP/s at the median of the times. */
  double flopRate() {
    return flops / median();
  }

  private double median() {
    int half = seconds.size() / 2;
    return seconds.size() % 2 == 1
        ? seconds.get(half)
        : (seconds.get(half - 1) + seconds.get(half)) / 2;
  }
}
