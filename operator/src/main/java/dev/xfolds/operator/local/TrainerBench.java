package dev.xfolds.operator.local;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Times this machine and training steps, each in a process of the trainer's module. */
public final class TrainerBench {

  private static final String MAIN_CLASS = "dev.xfolds.trainer.cli.BenchMain";

  private static final String WARNING = "AutoNonVariableTypeMode is deprecated";

  private final ModuleImages images;
  private final Path folder;
  private final double seconds;

  /**
   * Starts nothing yet.
   *
   * @param folder for files, on the disk that is timed
   * @param seconds for each number
   */
  public TrainerBench(ModuleImages images, Path folder, double seconds) {
    this.images = images;
    this.folder = folder;
    this.seconds = seconds;
  }

  /**
   * What the machine can do at most.
   *
   * @return a measurement a line, JSON
   * @throws LocalException if the process fails; what it said is on this one's error output
   */
  public List<String> machine(int threads) {
    return lines("--folder=" + folder, "--threads=" + threads);
  }

  /**
   * A plan's training step.
   *
   * @return a measurement, JSON
   * @throws LocalException if the process fails; what it said is on this one's error output
   */
  public List<String> step(RunPlan plan) {
    Path file = folder.resolve("plan.json");
    try {
      Files.writeString(file, JsonFormat.printer().print(plan));
    } catch (IOException e) {
      throw new LocalException("%s cannot be written: %s".formatted(file, e), e);
    }
    return lines("--plan=" + file);
  }

  private List<String> lines(String... arguments) {
    List<String> command = new ArrayList<>(images.java("trainer", MAIN_CLASS, List.of()));
    command.addAll(List.of(arguments));
    command.add("--seconds=" + seconds);
    try {
      return lines(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new LocalException("no process of the trainer can be started: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", e);
    }
  }

  private static List<String> lines(Process process) throws IOException, InterruptedException {
    Thread errors = Thread.ofVirtual().start(() -> passOn(process));
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = reader.lines().toList();
      int code = process.waitFor();
      errors.join();
      if (code != 0) {
        throw new LocalException("the process that is timed ended with exit code " + code);
      }
      return lines;
    } finally {
      process.destroy(); // where somebody interrupts
    }
  }

  /** All that a process says on its error output, but libtorch's warning about DJL's own calls. */
  private static void passOn(Process process) {
    try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
      said.lines().filter(line -> !line.contains(WARNING)).forEach(System.err::println);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("what the process says cannot be read: " + e);
    }
  }
}
