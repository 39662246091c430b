package dev.xfolds.operator.scale;

import java.time.Duration;
import java.util.Map;

/**
 * How much is measured.
 *
 * @param idle runs that are suspended
 * @param rate of them that are made in a second
 * @param burst runs that are made at once
 * @param large runs that are made at once to compare the cost of each with burst's
 * @param pairs bursts without and with the operator
 * @param active runs whose trainers answer
 * @param idleWindow in which passes without cause are counted
 * @param activeWindow in which the lag of status is seen
 */
record Sizes(
    int idle,
    int rate,
    int burst,
    int large,
    int pairs,
    int active,
    Duration idleWindow,
    Duration activeWindow) {
  private static final Sizes FULL =
      new Sizes(10_000, 10, 500, 2_000, 3, 200, Duration.ofMinutes(10), Duration.ofMinutes(5));
  private static final Sizes QUICK =
      new Sizes(200, 10, 20, 60, 2, 5, Duration.ofSeconds(20), Duration.ofSeconds(30));

  /** What the environment says goes before. */
  static Sizes of(boolean quick, Map<String, String> environment) {
    Sizes sizes = quick ? QUICK : FULL;
    return new Sizes(
        number(environment, "SCALE_IDLE", sizes.idle),
        number(environment, "SCALE_RATE", sizes.rate),
        number(environment, "SCALE_BURST", sizes.burst),
        number(environment, "SCALE_LARGE", sizes.large),
        number(environment, "SCALE_PAIRS", sizes.pairs),
        number(environment, "SCALE_ACTIVE", sizes.active),
        seconds(environment, "SCALE_IDLE_SECONDS", sizes.idleWindow),
        seconds(environment, "SCALE_ACTIVE_SECONDS", sizes.activeWindow));
  }

  private static Duration seconds(Map<String, String> environment, String name, Duration usual) {
    return Duration.ofSeconds(number(environment, name, Math.toIntExact(usual.toSeconds())));
  }

  private static int number(Map<String, String> environment, String name, int usual) {
    String text = environment.get(name);
    if (text == null) {
      return usual;
    }
    if (!text.matches("[1-9][0-9]{0,6}")) {
      throw new ScaleException("%s must be a number from 1, was %s".formatted(name, text));
    }
    return Integer.parseInt(text);
  }
}
