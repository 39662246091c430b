package dev.xfolds.operator.local;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Disturbs runs, in a process of the trainer's module that starts theirs. */
public final class TrainerFaults {

  private static final String MAIN_CLASS = "dev.xfolds.trainer.cli.FaultsMain";

  private final ModuleImages images;
  private final Path folder;

  /**
   * Starts nothing yet.
   *
   * @param folder empty, for files of the trials
   */
  public TrainerFaults(ModuleImages images, Path folder) {
    this.images = images;
    this.folder = folder;
  }

  /**
   * Runs trials; their table is on this process's output as it grows.
   *
   * @param plans of 1, 2 and 4 ranks
   * @param seed of the first trial
   * @return whether every run ended as undisturbed
   * @throws LocalException if the trials themselves fail
   */
  public boolean run(List<RunPlan> plans, int trials, long seed) {
    List<String> command = new ArrayList<>(images.java("trainer", MAIN_CLASS, List.of()));
    for (RunPlan plan : plans) {
      command.add("--plan=" + written(plan));
    }
    command.addAll(List.of("--folder=" + folder, "--trials=" + trials, "--seed=" + seed));
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      int code = process.waitFor();
      return switch (code) {
        case ExitCode.DONE_VALUE -> true;
        case ExitCode.BUG_VALUE -> false;
        default -> throw new LocalException("the trials ended with exit code " + code);
      };
    } catch (IOException e) {
      throw new LocalException("no process of the trainer can be started: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", e);
    }
  }

  private Path written(RunPlan plan) {
    Path file = folder.resolve(plan.getName() + ".json");
    try {
      return Files.writeString(file, JsonFormat.printer().print(plan));
    } catch (IOException e) {
      throw new LocalException("%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
