package dev.xfolds.operator.local;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.observe.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a run ended in this command.
 *
 * @param recognised it was complete before, and nothing was started
 * @param attempts of the run, over all commands
 * @param wallSeconds from the start of the first process to the end of the last, over all attempts
 * @param exitCode of the last trainer
 * @param logTail last lines of the log that tells why a run failed
 */
public record RunResult(
    RunPlan plan,
    Verdict verdict,
    boolean recognised,
    int attempts,
    double wallSeconds,
    OptionalInt exitCode,
    Optional<FinishedTraining> finished,
    List<Report> reports,
    RunFiles files,
    List<String> logTail) {
  public RunResult {
    reports = List.copyOf(reports);
    logTail = List.copyOf(logTail);
  }

  /**
   * Where a run's files are.
   *
   * @param checkpoint folder of the best checkpoint
   * @param pages report.html, one or none
   * @param log of the last trainer, or of what failed
   */
  public record RunFiles(
      Path folder, Optional<Path> checkpoint, List<Path> pages, Path metrics, Path log) {
    public RunFiles {
      pages = List.copyOf(pages);
    }
  }

  public String name() {
    return plan.getName();
  }

  public boolean complete() {
    return verdict instanceof Verdict.Succeeded;
  }
}
