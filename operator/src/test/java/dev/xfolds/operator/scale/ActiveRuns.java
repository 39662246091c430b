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
    Space.make(bench.client(), Addresses.NAMESPACE);
    double quiet = requestsWithoutThem();
    Bench.say("active: makes %d runs".formatted(runs));
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
      return window(watch, runs, quiet);
    }
  }

  /** A minute's requests for the lease and for runs that are not active. */
  private double requestsWithoutThem() {
    Bench.say("active: counts requests without them");
    Instant begin = Instant.now();
    ApiRequests before = ApiRequests.of(bench.client());
    Await.pass(bench.sizes().activeWindow().dividedBy(2));
    return ApiRequests.of(bench.client()).since(before).ofOperator() / minutes(begin);
  }

  private List<Row> window(RunWatch watch, int runs, double quiet) {
    Duration window = bench.sizes().activeWindow();
    Bench.say("active: looks at status for %d s".formatted(window.toSeconds()));
    ApiRequests requestsBefore = ApiRequests.of(bench.client());
    OperatorNumbers.Passes passesBefore = operator.numbers().passes();
    Instant begin = Instant.now();
    Percentiles lag = lag(watch, begin.plus(window));
    ApiRequests requests = ApiRequests.of(bench.client()).since(requestsBefore);
    OperatorNumbers.Passes passes = operator.numbers().passes().since(passesBefore);
    double minutes = minutes(begin);
    requests.keep(bench, "active");
    return List.of(
        Row.says("age of the step in status, p50", lag.median(), "s"),
        Row.atMost("age of the step in status, p95", lag.at(95), 15, "s"),
        Row.says("age of the step in status, greatest", lag.greatest(), "s"),
        Row.says("API requests per minute without active runs", quiet, ""),
        Row.atMost(
            "API requests more, per active run and minute",
            (requests.ofOperator() / minutes - quiet) / runs,
            10,
            ""),
        Row.says("passes per active run and minute", passes.count() / runs / minutes, ""),
        Row.says("time of a pass, mean", passes.meanSeconds() * 1_000, "ms"),
        Row.below("operator's resident memory, peak", operator.memory().peak(), 512, "MiB"),
        Row.says("passes that threw", passes.failed(), ""));
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

  private static double minutes(Instant begin) {
    return Duration.between(begin, Instant.now()).toMillis() / 1e3 / MINUTE;
  }
}
