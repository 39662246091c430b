package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Another operator takes over from one that was told to end or died. Nobody waited for its turn:
 * the other is started with the signal, as the pod of a Deployment with one replica is.
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
    double lease = leaseSeconds();
    return Stream.of(
            after("SIGTERM", OperatorLife::terminate, TARGET),
            after("SIGKILL", OperatorLife::kill, lease + TARGET))
        .flatMap(List::stream)
        .toList();
  }

  private List<Row> after(String signal, Consumer<OperatorLife> end, double target) {
    Bench.say("restart: " + signal);
    PodCensus before = PodCensus.of(bench.client());
    OperatorLife old = operators.leading();
    try (RunWatch watch = RunWatch.of(bench.client(), NAMESPACE)) {
      Instant sent = Instant.now();
      end.accept(old);
      OperatorLife next = operators.start();
      Canaries canaries = new Canaries(bench, NAMESPACE, signal.toLowerCase(Locale.ROOT));
      canaries.makeUntil(
          AT_MOST, () -> next.numbers().leads(), "the operator after %s leads".formatted(signal));
      Instant leads = Instant.now();
      Instant level = canaries.awaitConditions(watch, AT_MOST);
      Instant ended = old.awaitEnd();
      Await.pass(TO_LOOK_AGAIN);
      PodCensus now = PodCensus.of(bench.client());
      return List.of(
          Row.below(
              signal + ": until the process has ended",
              seconds(sent, ended),
              old.grace().toMillis() / 1e3,
              "s"),
          Row.says(signal + ": until the next one leads", seconds(sent, leads), "s"),
          Row.atMost(
              signal + ": until every new run has a condition", seconds(sent, level), target, "s"),
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
