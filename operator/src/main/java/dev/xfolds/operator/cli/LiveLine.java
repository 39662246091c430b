package dev.xfolds.operator.cli;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One run as one line of a terminal: what happens now. */
final class LiveLine {
  static final int COLUMNS = 80;
  private static final int NAME = 20;

  private LiveLine() {}

  /** A line of at most {@link #COLUMNS} characters. */
  static String of(Observation seen) {
    String line =
        "%s %-11s%s"
            .formatted(name(seen.plan().getName()), state(seen), detail(seen))
            .stripTrailing();
    return line.length() <= COLUMNS ? line : line.substring(0, COLUMNS - 1) + "~";
  }

  /** A run that waits for its turn. */
  static String waiting(String run) {
    return name(run) + " waiting";
  }

  /** The state alone: a plain log tells when it changes. */
  static String state(Observation seen) {
    return switch (seen.verdict()) {
      case Verdict.Succeeded() -> "done";
      case Verdict.Failed(String _, String _, boolean _) -> "failed";
      case Verdict.Stopped(String _, String _) -> "stopped";
      case Verdict.Stopping(String _, String _) -> "stopping";
      case Verdict.BackingOff(int _, int _, String _) -> "restarting";
      case Verdict.Waiting(String _, String _) -> "waiting";
      case Verdict.Undecided() -> running(seen);
    };
  }

  private static String running(Observation seen) {
    if (seen.attempts().isEmpty() || seen.attempts().getLast().endedAt().isPresent()) {
      return "starting";
    }
    if (seen.trainer() == PodState.STARTING) {
      return follows(seen.attempts()) ? "restarting" : "starting";
    }
    return switch (seen.progress().map(RunProgress::getPhase).orElse(Phase.STARTING)) {
      case CACHING -> "caching";
      case TRAINING -> "training";
      case VALIDATING -> "validating";
      case CHECKPOINTING -> "saving";
      case EVALUATING -> "evaluating";
      case FINISHED -> "finishing";
      case STARTING, PHASE_UNSPECIFIED, UNRECOGNIZED -> "starting";
    };
  }

  /** Whether the last attempt follows a failed one; after a stop by the user a run just starts. */
  private static boolean follows(List<Attempt> attempts) {
    return attempts.size() > 1 && Attempts.failed(attempts.get(attempts.size() - 2));
  }

  private static String detail(Observation seen) {
    return switch (seen.verdict()) {
      case Verdict.Succeeded() -> "";
      case Verdict.Failed(String reason, String _, boolean _) -> reason;
      case Verdict.Stopped(String _, String message) -> message;
      case Verdict.Stopping(String _, String message) -> message;
      case Verdict.BackingOff(int restart, int most, String _) ->
          "restart %d of %d".formatted(restart, most);
      case Verdict.Waiting(String _, String message) -> message;
      case Verdict.Undecided() -> seen.progress().map(LiveLine::figures).orElse("");
    };
  }

  private static String figures(RunProgress progress) {
    if (progress.getPhase() == Phase.EVALUATING) {
      return "%s %d/%d"
          .formatted(
              progress.getEvaluating(),
              progress.getQuestionsAnswered(),
              progress.getQuestionsTotal());
    }
    if (progress.getTotalSteps() == 0) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    parts.add("%d/%d".formatted(progress.getStep(), progress.getTotalSteps()));
    if (progress.getStep() > 0) {
      parts.add(String.format(Locale.ROOT, "loss %.3f", progress.getLoss()));
      parts.add(String.format(Locale.ROOT, "%.0f/s", progress.getSamplesPerSecond()));
      parts.add("ETA " + clock(progress.getEtaSeconds()));
    }
    return String.join("  ", parts);
  }

  /** {@code 1:02:03} or {@code 2:03}. */
  static String clock(double seconds) {
    long whole = Double.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : 0;
    return whole >= 3600
        ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
        : "%d:%02d".formatted(whole / 60, whole % 60);
  }

  private static String name(String run) {
    return run.length() <= NAME
        ? run + " ".repeat(NAME - run.length())
        : run.substring(0, NAME - 1) + "~";
  }
}
