package dev.xfolds.trainer.cli;

import ai.djl.engine.EngineException;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.checkpoint.DamagedCheckpointException;
import dev.xfolds.trainer.config.TrainerException;
import java.util.Locale;
import picocli.CommandLine;

/** From what was thrown to how the process ends. */
final class ExitCodes {

  private ExitCodes() {}

  static ExitCode of(Throwable problem) {
    return switch (problem) {
      case TrainerException known -> known.code();
      case CommandLine.ParameterException usage -> ExitCode.INVALID;
      case DamagedCheckpointException damaged -> ExitCode.INVALID;
      case OutOfMemoryError heap -> ExitCode.OUT_OF_MEMORY;
      case EngineException libtorch when outOfMemory(libtorch) -> ExitCode.OUT_OF_MEMORY;
      default -> ExitCode.BUG;
    };
  }

  /** Libtorch's allocators know no exception class of their own in Java. */
  private static boolean outOfMemory(EngineException problem) {
    String text = String.valueOf(problem.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("can't allocate memory")
        || text.contains("not enough memory")
        || text.contains("out of memory");
  }
}
