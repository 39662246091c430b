package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs whose trainers answer: how old the step is that status shows, and what that costs. */
final class ActiveRuns {
  private static final Duration TO_PROGRESS = Duration.ofMinutes(5);
  private static final Duration TO_SETTLE = Duration.ofSeconds(20);
  private static final Duration SAMPLE = Duration.ofSeconds(1);
  private static final double MINUTE = 60;

  private final Bench bench;
  private final OperatorLife operator;
  private final Steps steps;

  /**
   * Measures one operator.
   *
   * @param steps what the responder's trainers say
   */
  ActiveRuns(Bench bench, OperatorLife operator, Steps steps) {
    this.bench = bench;
    this.operator = operator;
    this.steps = steps;
  }

  /** Leaves the runs. */
  List<Row> measure(ResponderProcess responder) {
    int runs = bench.sizes().active();
    Bench.say("active: makes %d runs".formatted(runs));
    Space.make(bench.client(), Addresses.NAMESPACE);
    try (RunWatch watch = RunWatch.of(bench.client(), Addresses.NAMESPACE)) {
      Pace.keep(
          runs,
          bench.sizes().rate(),
          number ->
              bench
                  .client()
                  .resource(RunText.run(Addresses.NAMESPACE, Addresses.run(number), false))
                  .create());
      Await.until(
          TO_PROGRESS,
          () -> operator.mustLive() && responder.mustLive() && watch.steps().size() == runs,
          () -> "%d runs show a step, %d do".formatted(runs, watch.steps().size()));
      Await.pass(TO_SETTLE);
      return window(watch, runs);
    }
  }

  private List<Row> window(RunWatch watch, int runs) {
    Duration window = bench.sizes().activeWindow();
    Bench.say("active: looks at status for %d s".formatted(window.toSeconds()));
    double requests = ApiRequests.ofOperator(bench.client());
    double passes = operator.passes();
    Instant begin = Instant.now();
    Percentiles lag = lag(watch, begin.plus(window));
    double minutes = Duration.between(begin, Instant.now()).toMillis() / 1e3 / MINUTE;
    return List.of(
        Row.says("age of the step in status, p50", lag.median(), "s"),
        Row.atMost("age of the step in status, p95", lag.at(95), 15, "s"),
        Row.says("age of the step in status, greatest", lag.greatest(), "s"),
        Row.atMost(
            "API requests per active run and minute",
            (ApiRequests.ofOperator(bench.client()) - requests) / runs / minutes,
            10,
            ""),
        Row.says(
            "passes per active run and minute", (operator.passes() - passes) / runs / minutes, ""),
        Row.below("operator's resident memory, peak", operator.memory().peak(), 512, "MiB"),
        Row.says("passes that threw", operator.failedPasses(), ""));
  }

  /** Seconds, of every run at every second of the window. */
  private Percentiles lag(RunWatch watch, Instant end) {
    List<Double> ages = new ArrayList<>();
    while (Instant.now().isBefore(end)) {
      Instant now = Instant.now();
      watch.steps().values().forEach(step -> ages.add(steps.age(step, now)));
      Await.pass(SAMPLE);
    }
    return Percentiles.of(ages);
  }
}
