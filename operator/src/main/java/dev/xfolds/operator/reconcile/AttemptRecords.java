package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.AttemptStatus;
import dev.xfolds.operator.observe.Attempt;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Attempts as status keeps them. */
final class AttemptRecords {
  private AttemptRecords() {}

  static Attempt read(AttemptStatus status) {
    return new Attempt(
        status.number(),
        Instant.parse(status.startedAt()),
        Optional.ofNullable(status.endedAt()).map(Instant::parse),
        status.exitCode() == null ? OptionalInt.empty() : OptionalInt.of(status.exitCode()),
        text(status.reason()),
        text(status.node()),
        text(status.message()));
  }

  private static String text(String given) {
    return given == null ? "" : given;
  }
}
