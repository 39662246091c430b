package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RunCommandIT {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpFitsAScreenAndShowsAnExample() {
    assertThat(execute("run", "--help")).isZero();
    assertThat(out.toString().lines().toList())
        .hasSizeLessThanOrEqualTo(24)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .anyMatch(line -> line.contains("manifests/samples/vqa-rad.yaml"));
  }

  @Test
  void examplesOfAHelpBeginWithTheCommandOfAClone() {
    for (String command : new String[] {"run", "plan", "bench"}) {
      out.getBuffer().setLength(0);
      assertThat(execute(command, "--help")).isZero();
      assertThat(out.toString()).contains("Usage: ./xfolds " + command);
      assertThat(out.toString().lines().dropWhile(line -> !line.startsWith("Example")).skip(1))
          .isNotEmpty()
          .allMatch(line -> line.startsWith("  ./xfolds " + command))
          .anyMatch(line -> line.contains(command + " manifests/samples/"));
    }
  }

  @Test
  void everyProblemIsToldAndNothingIsStarted() throws IOException {
    Path root = Path.of(System.getProperty("xfolds.root", ".."));
    Path file = folder.resolve("two.yaml");
    String sample = Files.readString(root.resolve("manifests/samples/vqa-rad.yaml"));
    Files.writeString(
        file,
        sample + "---\n" + sample.replace("name: vqa-rad", "name: b").replace("bilinear", "bilin"));
    Path runs = folder.resolve("runs");
    assertThat(
            execute(
                "run",
                file.toString(),
                "--out",
                runs.toString(),
                "--volume",
                "xfolds-data=" + folder.resolve("nowhere")))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("spec.data[0].files.questions: " + folder.resolve("nowhere"))
        .contains("does not exist (volume xfolds-data is " + folder.resolve("nowhere"))
        .contains("bilin")
        .doesNotContain("Exception");
    assertThat(runs).doesNotExist();
  }

  @Test
  void profileWithGpusIsRefusedAndNothingIsStarted() throws IOException {
    Path root = Path.of(System.getProperty("xfolds.root", ".."));
    Path file = folder.resolve("gpus.yaml");
    String sample = Files.readString(root.resolve("manifests/samples/quickstart.yaml"));
    Files.writeString(
        file, sample.replaceFirst("\nspec:\n", "\nspec:\n  resources: {profile: a100}\n"));
    Path runs = folder.resolve("runs");
    assertThat(execute("run", file.toString(), "--out", runs.toString())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "phantom-clip: spec.resources.profile must be local-cpu with ./xfolds run: this machine"
                + " trains on its processor, was \"a100\"; ./xfolds plan tells the time on it\n");
    assertThat(out.toString()).isEmpty();
    assertThat(runs).doesNotExist();
  }

  @Test
  void fieldsThatOnlyAClusterHeedsAreWarnedAbout() throws IOException {
    Path root = Path.of(System.getProperty("xfolds.root", ".."));
    Path file = folder.resolve("suspended.yaml");
    String sample = Files.readString(root.resolve("manifests/samples/quickstart.yaml"));
    Files.writeString(
        file,
        sample.replaceFirst(
            "\nspec:\n", "\nspec:\n  resources: {profile: a100}\n  scheduling: {suspend: true}\n"));
    Path runs = folder.resolve("runs");
    assertThat(execute("run", file.toString(), "--out", runs.toString())).isEqualTo(2);
    assertThat(err.toString().lines().toList().getFirst())
        .isEqualTo(
            "phantom-clip: warning: spec.scheduling, spec.failurePolicy and"
                + " spec.budget.deadlineSeconds mean nothing on one machine");
  }

  @Test
  void missingFileIsAUsersMistake() {
    assertThat(execute("run", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("does not exist").doesNotContain("Exception");
  }

  private int execute(String... arguments) {
    CommandLine line = XfoldsMain.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
