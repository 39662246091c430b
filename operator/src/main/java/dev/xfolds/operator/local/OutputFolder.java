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

  /** Log of a rank of an attempt; that of rank 0 is the attempt's. */
  Path trainerLog(RunNames run, int attempt, int rank) {
    return logs(run)
        .resolve("trainer-%d%s.log".formatted(attempt, rank == 0 ? "" : "-rank" + rank));
  }

  public Path logs(RunNames run) {
    return root.resolve("logs").resolve(run.namespace()).resolve(run.run());
  }
}
