package dev.xfolds.operator.cli;

import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Profile;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The table of {@code ./xfolds bench}, 80 columns. */
final class BenchText {

  private static final int LONGEST = 34;
  private static final String LAYOUT = "%-" + LONGEST + "s %17s  %-19s %5s";

  private BenchText() {}

  static String machineTitle() {
    return line("this machine", "median", "slowest to fastest", "");
  }

  static String stepTitle() {
    return line("training step", "samples/s", "slowest to fastest", "peak");
  }

  /** Of the machine; what is written has a share of the raw bytes. */
  static String machine(BenchFigure figure, OptionalDouble share) {
    double scale = scale(figure.rate());
    return line(
        figure.what(),
        number(figure.rate() / scale) + " " + prefix(scale) + figure.unit() + "/s",
        spread(figure, scale),
        share(share));
  }

  /**
   * Of a plan's step.
   *
   * @param ofPeak its share of the matrix products' FLOP/s in its precision
   */
  static List<String> step(PlannedRun run, BenchFigure figure, OptionalDouble ofPeak) {
    var training = run.plan().getTraining();
    return List.of(
        line(figure.what(), number(figure.rate()), spread(figure, 1), share(ofPeak)),
        line(
            String.format(
                Locale.ROOT,
                "  %s, batch %d, %.1f M parameters",
                Profile.word(training.getPrecision()),
                training.getBatchSize(),
                run.plan().getCost().getParameters() / 1e6),
            "",
            figure.peakBytes() == 0
                ? ""
                : String.format(Locale.ROOT, "%.2f GB at most", figure.peakBytes() / 1e9),
            ""));
  }

  private static String share(OptionalDouble share) {
    return share.isEmpty() ? "" : String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble());
  }

  private static String spread(BenchFigure figure, double scale) {
    return number(figure.slowest() / scale) + " to " + number(figure.fastest() / scale);
  }

  private static String line(String what, String rate, String spread, String share) {
    String name = what.length() > LONGEST ? what.substring(0, LONGEST - 3) + "..." : what;
    return LAYOUT.formatted(name, rate, spread, share).stripTrailing();
  }

  /** Three digits that count. */
  private static String number(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static double scale(double value) {
    return value >= 1e12 ? 1e12 : value >= 1e9 ? 1e9 : value >= 1e6 ? 1e6 : 1;
  }

  private static String prefix(double scale) {
    return scale == 1e12 ? "T" : scale == 1e9 ? "G" : scale == 1e6 ? "M" : "";
  }
}
