package dev.xfolds.trainer.faults;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How a trial went.
 *
 * @param codes exit codes of the disturbed ranks
 * @param keptUpTo the step that the last attempt continued from
 * @param same whether the run ended with the weights of the undisturbed one
 * @param complaints all else that was not as it should be
 */
record TrialResult(
    Draw draw, List<Integer> codes, long keptUpTo, boolean same, List<String> complaints) {

  private static final String ROW = "%9s %5s  %-18s %4s  %-15s %4s  %-7s %4s";

  TrialResult {
    codes = List.copyOf(codes);
    complaints = List.copyOf(complaints);
  }

  boolean good() {
    return same && complaints.isEmpty();
  }

  static String title() {
    return ROW.formatted("seed", "ranks", "fault", "step", "exit codes", "from", "weights", "time");
  }

  String row(long seconds) {
    return ROW.formatted(
        draw.seed(),
        draw.ranks(),
        draw.what(),
        draw.step(),
        codes.stream().map(String::valueOf).collect(Collectors.joining(" ")),
        keptUpTo,
        same ? "same" : "DIFFER",
        seconds + " s");
  }
}
