package dev.xfolds.operator.local;

import dev.xfolds.operator.desired.RunNames;
import java.nio.file.Path;

/**
 * Where things lie below {@code --out}; see docs/processes.md.
 *
 * @param root absolute
 */
public record OutputFolder(Path root) {
  public OutputFolder {
    root = root.toAbsolutePath().normalize();
  }

  public Path trainerVolume() {
    return root.resolve("trainer");
  }

  public Path evaluatorVolume() {
    return root.resolve("evaluator");
  }

  public Path allObjects() {
    return root.resolve("objects");
  }

  public Path objects(RunNames run) {
    return allObjects().resolve(run.namespace()).resolve(run.run());
  }

  /** Log of a worker of an attempt; that of worker 0 is the attempt's. */
  Path trainerLog(RunNames run, int attempt, int worker) {
    return logs(run)
        .resolve("trainer-%d%s.log".formatted(attempt, worker == 0 ? "" : "-worker" + worker));
  }

  public Path logs(RunNames run) {
    return root.resolve("logs").resolve(run.namespace()).resolve(run.run());
  }
}
