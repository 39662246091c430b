package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Another operator takes over from one that ended, with nobody waiting for its turn: how soon it
 * acts, and whether the runs' pods outlive it.
 */
final class Restart {
  private static final String NAMESPACE = "scale-restart";
  private static final Duration AT_MOST = Duration.ofMinutes(5);
  private static final double TARGET = 15;

  /** Two passes over each active run, and more. */
  private static final Duration TO_LOOK_AGAIN = Duration.ofSeconds(25);

  private final Bench bench;
  private final Operators operators;

  Restart(Bench bench, Operators operators) {
    this.bench = bench;
    this.operators = operators;
  }

  List<Row> measure() {
    Space.make(bench.client(), NAMESPACE);
    operators.leading();
    return Stream.of(
            after("SIGTERM", OperatorLife::terminate, TARGET),
            after("SIGKILL", OperatorLife::kill, leaseSeconds() + TARGET))
        .flatMap(List::stream)
        .toList();
  }

  private List<Row> after(String signal, Consumer<OperatorLife> end, double target) {
    Bench.say("restart: " + signal);
    PodCensus before = PodCensus.of(bench.client());
    Instant sent = Instant.now();
    end.accept(operators.leading());
    Instant ended = Instant.now();
    OperatorLife next = operators.start();
    try (RunWatch watch = RunWatch.of(bench.client(), NAMESPACE)) {
      String canary = "after-" + signal.toLowerCase(Locale.ROOT);
      bench.client().resource(RunText.run(NAMESPACE, canary, true)).create();
      Instant leads = next.awaitLeading(AT_MOST);
      Await.until(
          AT_MOST,
          () -> next.mustLive() && watch.condition(canary).isPresent(),
          "run %s, made after %s, has a condition".formatted(canary, signal));
      Instant level = watch.condition(canary).orElseThrow();
      Await.pass(TO_LOOK_AGAIN);
      PodCensus now = PodCensus.of(bench.client());
      return List.of(
          Row.says(signal + ": until the process has ended", seconds(sent, ended), "s"),
          Row.says(signal + ": until the next one leads", seconds(sent, leads), "s"),
          Row.atMost(
              signal + ": until a new run has a condition", seconds(sent, level), target, "s"),
          Row.atMost(
              "%s: pods lost, of %d".formatted(signal, before.pods()),
              before.lostUntil(now),
              0,
              ""),
          Row.atMost(
              signal + ": pods made again or twice", before.madeUntil(now) + now.doubled(), 0, ""));
    }
  }

  private int leaseSeconds() {
    return bench
        .client()
        .leases()
        .inNamespace(Bench.SYSTEM)
        .withName(Bench.OPERATOR)
        .get()
        .getSpec()
        .getLeaseDurationSeconds();
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1e3;
  }
}
