package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Runs that are made one a second, so that whoever looks at them sees since when an operator acts
 * on all that is new.
 */
final class Canaries {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Bench bench;
  private final String namespace;
  private final String prefix;
  private final List<String> made = new ArrayList<>();

  Canaries(Bench bench, String namespace, String prefix) {
    this.bench = bench;
    this.namespace = namespace;
    this.prefix = prefix;
  }

  /** Makes them until something is so, the last one after it. */
  void makeUntil(Duration atMost, BooleanSupplier so, String what) {
    Instant limit = Instant.now().plus(atMost);
    make();
    while (!so.getAsBoolean()) {
      if (Instant.now().isAfter(limit)) {
        throw new ScaleException("not within %d s: %s".formatted(atMost.toSeconds(), what));
      }
      Await.pass(EVERY);
      make();
    }
  }

  /** Waits until all have a condition; when the last of them got it. */
  Instant awaitConditions(RunWatch watch, Duration atMost) {
    Await.until(
        atMost,
        () -> made.stream().allMatch(run -> watch.condition(run).isPresent()),
        "each of the %d runs %s-* has a condition".formatted(made.size(), prefix));
    return made.stream()
        .map(run -> watch.condition(run).orElseThrow())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  private void make() {
    String name = prefix + "-" + made.size();
    bench.client().resource(RunText.run(namespace, name, true)).create();
    made.add(name);
  }
}
