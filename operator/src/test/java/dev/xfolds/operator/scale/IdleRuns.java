package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Many suspended runs: how soon each has a condition, and what they cost while nothing happens. */
final class IdleRuns {
  static final String NAMESPACE = "scale-idle";

  /** Beyond twice the time in which the runs are made: a slow operator is short, not unmeasured. */
  private static final Duration TO_CATCH_UP = Duration.ofMinutes(5);

  private static final Duration TO_SETTLE = Duration.ofSeconds(5);
  private static final double TEN_MINUTES = Duration.ofMinutes(10).toSeconds();

  private final Bench bench;
  private final OperatorLife operator;

  IdleRuns(Bench bench, OperatorLife operator) {
    this.bench = bench;
    this.operator = operator;
  }

  /** Leaves the runs. */
  List<Row> measure() {
    int runs = bench.sizes().idle();
    Bench.say("idle: makes %d suspended runs".formatted(runs));
    Space.make(bench.client(), NAMESPACE);
    OperatorNumbers.Passes before = operator.numbers().passes();
    Percentiles waits = make(runs);
    Await.pass(TO_SETTLE);
    OperatorNumbers.Passes settled = operator.numbers().passes();
    Bench.say("idle: counts passes for %d s".formatted(bench.sizes().idleWindow().toSeconds()));
    Await.pass(bench.sizes().idleWindow());
    OperatorNumbers.Passes after = operator.numbers().passes();
    ProcessMemory memory = operator.memory();
    return List.of(
        Row.says("created to first condition, p50", waits.median(), "s"),
        Row.atMost("created to first condition, p99", waits.at(99), 1, "s"),
        Row.says("passes per run until it had settled", settled.since(before).count() / runs, ""),
        Row.says(
            "time of a pass until then, mean", settled.since(before).meanSeconds() * 1_000, "ms"),
        Row.below(
            "passes without cause, per run and 10 minutes",
            after.since(settled).count()
                / runs
                * TEN_MINUTES
                / bench.sizes().idleWindow().toSeconds(),
            1,
            ""),
        Row.below("operator's resident memory, peak", memory.peak(), 512, "MiB"),
        Row.below("operator's resident memory, at the end", memory.now(), 512, "MiB"),
        Row.says("passes that threw", after.failed(), ""));
  }

  /** Seconds from each request to the run's first condition. */
  private Percentiles make(int runs) {
    Map<String, Instant> sent = new ConcurrentHashMap<>();
    try (RunWatch watch = RunWatch.of(bench.client(), NAMESPACE)) {
      Pace.keep(
          runs,
          bench.sizes().rate(),
          number -> {
            String name = "idle-" + number;
            sent.put(name, Instant.now());
            bench.client().resource(RunText.run(NAMESPACE, name, true)).create();
          });
      Await.until(
          TO_CATCH_UP.plusSeconds(2L * runs / bench.sizes().rate()),
          () -> operator.mustLive() && watch.withCondition() >= runs,
          () -> "%d runs have a condition, %d have".formatted(runs, watch.withCondition()));
      return Percentiles.of(
          IntStream.range(0, runs)
              .mapToObj(number -> "idle-" + number)
              .map(
                  name ->
                      Duration.between(sent.get(name), watch.condition(name).orElseThrow())
                              .toNanos()
                          / 1e9)
              .toList());
    }
  }
}
