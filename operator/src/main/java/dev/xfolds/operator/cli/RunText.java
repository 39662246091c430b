package dev.xfolds.operator.cli;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.local.FinishedTraining;
import dev.xfolds.operator.local.RunResult;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.status.Compute;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a command says about its runs at the end, in 80 columns; only paths and log lines may be
 * longer.
 */
final class RunText {
  private final Path here;

  /**
   * Texts about runs.
   *
   * @param here folder that paths are told from
   */
  RunText(Path here) {
    this.here = here;
  }

  List<String> of(List<RunResult> results) {
    List<String> lines = new ArrayList<>();
    for (RunResult result : results) {
      lines.add("");
      lines.addAll(one(result));
    }
    lines.addAll(sideBySide(results));
    return lines;
  }

  private List<String> one(RunResult result) {
    List<String> lines = new ArrayList<>();
    switch (result.verdict()) {
      case Verdict.Succeeded() ->
          lines.add(result.name() + (result.recognised() ? ": complete (before)" : ": complete"));
      case Verdict.Failed(String reason, String message, boolean _) -> {
        lines.add(result.name() + ": failed: " + reason);
        lines.addAll(wrapped(message));
        result.exitCode().ifPresent(code -> lines.add("  exit code " + code));
        result.logTail().forEach(line -> lines.add("  | " + line));
        lines.add("  log " + shown(result.files().log()));
        return lines;
      }
      case Verdict.Stopped(String _, String message) -> {
        lines.add(result.name() + ": stopped");
        lines.addAll(wrapped(message));
        return lines;
      }
      case Verdict.BackingOff(int _, int _, String message) -> lines.addAll(wrapped(message));
      case Verdict.Waiting(String _, String message) -> lines.addAll(wrapped(message));
      case Verdict.Stopping(String _, String message) -> lines.addAll(wrapped(message));
      case Verdict.Undecided() -> lines.add(result.name() + ": undecided");
    }
    for (Report report : newest(result.reports())) {
      lines.add(
          format(
              "  %s, checkpoint %s at step %d",
              report.getTask(), digest(report.getCheckpointDigest()), report.getStep()));
      lines.addAll(ScoreTables.of(report));
    }
    lines.addAll(cost(result));
    lines.addAll(files(result));
    return lines;
  }

  private static List<String> cost(RunResult result) {
    RunPlan plan = result.plan();
    CostPlan cost = plan.getCost();
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "  time        %s in %d attempt%s%s",
            LiveLine.clock(result.wallSeconds()),
            result.attempts(),
            result.attempts() == 1 ? "" : "s",
            result
                .finished()
                .map(done -> format(", %s of it in training steps", LiveLine.clock(done.seconds())))
                .orElse("")));
    lines.add(
        format(
            "  parameters  %,d, of them %,d trained",
            cost.getParameters(), cost.getTrainableParameters()));
    if (result.finished().isPresent()) {
      FinishedTraining done = result.finished().get();
      Compute compute = compute(plan, done);
      lines.add(
          format(
              "  PF-days     %.3g peak, %.3g counted%s",
              done.peakPfDays(), done.countedPfDays(), mfu(compute)));
      if (done.lostPfDays() > 0) {
        lines.add(
            format("              and %.3g counted in steps lost to a crash", done.lostPfDays()));
      }
      lines.add("              " + compute.assumptions());
    }
    return lines;
  }

  static Compute compute(RunPlan plan, FinishedTraining done) {
    return Compute.of(
        plan,
        done.seconds(),
        done.countedPfDays() * Compute.FLOPS_PER_PF_DAY,
        done.lostPfDays() * Compute.FLOPS_PER_PF_DAY);
  }

  private static String mfu(Compute compute) {
    if (compute.cachedFeatures()) {
      return " (" + Compute.NO_MFU + ")";
    }
    return compute.mfu().isPresent()
        ? format(" (MFU %.1f %%)", 100 * compute.mfu().getAsDouble())
        : "";
  }

  private List<String> files(RunResult result) {
    List<String> lines = new ArrayList<>();
    result.files().checkpoint().ifPresent(path -> lines.add("  checkpoint  " + shown(path)));
    result.files().pages().forEach(path -> lines.add("  report      " + shown(path)));
    lines.add("  metrics     " + shown(result.files().metrics()));
    return lines;
  }

  /** Runs that answered the same benchmark, one under the other: what initFrom was worth. */
  private static List<String> sideBySide(List<RunResult> results) {
    Map<String, List<RunResult>> byTask = new LinkedHashMap<>();
    for (RunResult result : results) {
      for (Report report : newest(result.reports())) {
        byTask.computeIfAbsent(report.getTask(), _ -> new ArrayList<>()).add(result);
      }
    }
    List<String> lines = new ArrayList<>();
    byTask.forEach(
        (task, runs) -> {
          if (runs.size() > 1) {
            lines.add("");
            lines.add(
                format("%-22s%-14s%-20s  %s", task, "initFrom", "overall", "- best baseline"));
            runs.forEach(run -> lines.add(side(run, task)));
          }
        });
    return lines;
  }

  private static String side(RunResult run, String task) {
    Report report =
        newest(run.reports()).stream()
            .filter(r -> r.getTask().equals(task))
            .findFirst()
            .orElseThrow();
    String from = run.plan().getInitFrom().getRun();
    return format(
            "%-22s%-14s%-20s  %s",
            cut(run.name(), 21),
            from.isEmpty() ? "-" : cut(from, 13),
            ScoreTables.headline(report).map(ScoreTables::percent).orElse("-"),
            ScoreTables.headlineComparison(report, "best-baseline")
                .map(ScoreTables::points)
                .orElse("-"))
        .stripTrailing();
  }

  /** The newest report of each task, in the order of the tasks. */
  static List<Report> newest(List<Report> reports) {
    Map<String, Report> newest = new LinkedHashMap<>();
    for (Report report : reports) {
      newest.merge(
          report.getTask(),
          report,
          (a, b) -> b.getFinished().getSeconds() >= a.getFinished().getSeconds() ? b : a);
    }
    return List.copyOf(newest.values());
  }

  private static List<String> wrapped(String message) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(" ");
    for (String word : message.split(" ", -1)) {
      if (line.length() + 1 + word.length() > LiveLine.COLUMNS && line.length() > 1) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private String shown(Path path) {
    Path relative = path.startsWith(here) ? here.relativize(path) : path;
    return relative.toString();
  }

  private static String digest(String digest) {
    return digest.length() <= 16 ? digest : digest.substring(0, 16);
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "~";
  }

  @FormatMethod
  private static String format(@FormatString String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
