package dev.xfolds.operator.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;

/** Figures of a run for a terminal of 80 columns. */
final class PlanText {

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private PlanText() {}

  static String of(RunFigures run) {
    StringBuilder text = new StringBuilder();
    text.append(run.namespace()).append('/').append(run.name());
    text.append("  (").append(run.model()).append(")\n");
    line(
        text,
        "parameters",
        format("%,d, of them %,d trained", run.parameters(), run.trainableParameters()));
    line(
        text,
        "FLOPs",
        format(
            "%s forward and %s training a sample",
            unit(run.forwardFlopsPerSample(), ""), unit(run.trainingFlopsPerSample(), "")));
    if (run.batchSize() > 0) {
      line(
          text,
          "",
          format(
              "%s a step of %,d samples%s",
              unit(run.trainingFlopsPerStep(), ""), run.batchSize(), share(run)));
    }
    RunFigures.Memory memory = run.memoryPerRankBytes();
    line(
        text,
        "memory per rank",
        format(
            "%s: weights %s, gradients %s,",
            unit(memory.total(), "B"), unit(memory.weights(), "B"), unit(memory.gradients(), "B")));
    line(
        text,
        "",
        format(
            "optimizer %s, activations about %s",
            unit(memory.optimizer(), "B"), unit(memory.activations(), "B")));
    RunFigures.Hardware hardware = run.hardware();
    line(
        text,
        "hardware",
        format(
            "%s: %d x %s, %s in %s",
            hardware.profile(),
            hardware.devices(),
            hardware.device(),
            unit(hardware.peakFlops(), "FLOP/s"),
            hardware.precision()));
    if (run.steps() > 0) {
      line(text, "steps", format("%,d", run.steps()));
      line(
          text,
          "time",
          format(
              "%s at %.0f %% of the peak, training alone",
              duration(run.seconds()), 100 * hardware.utilisation()));
      line(
          text,
          "PF-days",
          format(
              "%s peak, %s counted (%s)",
              small(run.peakPfDays()), small(run.countedPfDays()), hardware.precision()));
    } else if (run.epochs() > 0) {
      line(text, "steps", format("%,d epochs: the data tell how many steps", run.epochs()));
    } else {
      line(text, "steps", "none: evaluation only");
    }
    line(text, "grace", run.graceSeconds() + " s for a last checkpoint");
    run.warnings().forEach(warning -> line(text, "warning", warning));
    return text.append('\n').toString();
  }

  private static String share(RunFigures run) {
    int ranks = run.workers() * run.ranksPerWorker();
    return ranks == 1
        ? ""
        : format(
            ", %,d on each of %d %s",
            run.batchSize() / ranks, ranks, run.ranksPerWorker() == 1 ? "workers" : "ranks");
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append("  ").append(format("%-17s", label)).append(value).append('\n');
  }

  /** Three digits with a decimal prefix: {@code 58.2 M}, {@code 2.36 MB}. */
  static String unit(long value, String unit) {
    return unit((double) value, unit);
  }

  /** As {@link #unit(long, String)}. */
  static String unit(double value, String unit) {
    int prefix = 0;
    double scaled = value;
    while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    String digits = scaled >= 99.95 || prefix == 0 ? "%.0f" : scaled >= 9.995 ? "%.1f" : "%.2f";
    return (String.format(Locale.ROOT, digits, scaled) + " " + PREFIXES[prefix] + unit).strip();
  }

  /** Two units at most: {@code 47 s}, {@code 3 min 20 s}, {@code 2 d 4 h}. */
  static String duration(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    if (whole < 86_400) {
      return whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
    return whole / 86_400 + " d " + whole % 86_400 / 3600 + " h";
  }

  @FormatMethod
  private static String format(@FormatString String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private static String small(double value) {
    return String.format(Locale.ROOT, value >= 0.01 ? "%.3f" : "%.2e", value);
  }
}
