package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ./xfolds} itself says: a copy of it, where there is nothing to build. */
@Timeout(60)
final class ScriptIT {
  private static final String SCRIPT = "xfolds";

  @TempDir private Path folder;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void copy() throws IOException {
    Files.copy(
        Path.of(System.getProperty("xfolds.root"), SCRIPT),
        folder.resolve(SCRIPT),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  @AfterEach
  void nothingIsBuilt() throws IOException {
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(SCRIPT));
    }
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(folder.resolve(SCRIPT).toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    // Neither stream of a screen fills a pipe.
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "help", "--help", "-h", "test --help", "test -h", "build --help", "build -h"})
  void helpFitsAScreenAndShowsAnExample(String line) throws IOException, InterruptedException {
    Ended ended = run(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertThat(ended.code()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).startsWith("usage: ./xfolds ");
    assertThat(ended.out().lines())
        .hasSizeLessThanOrEqualTo(24)
        .allMatch(shown -> shown.length() <= 80)
        .anyMatch(shown -> shown.contains("xample"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"test --help", "build --help"})
  void examplesBeginWithTheScript(String line) throws IOException, InterruptedException {
    assertThat(
            run(line.split(" ", -1))
                .out()
                .replace("\\\n", "")
                .lines()
                .dropWhile(shown -> !shown.startsWith("Example"))
                .skip(1))
        .isNotEmpty()
        .allMatch(shown -> shown.startsWith("  ./xfolds "));
  }

  @Test
  void versionIsThatOfTheProject() throws IOException, InterruptedException {
    Path pom = Path.of(System.getProperty("xfolds.root"), "pom.xml");
    Files.copy(pom, folder.resolve("pom.xml"));
    Ended ended = run("--version");
    Files.delete(folder.resolve("pom.xml"));
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).matches("xfolds [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\n");
    assertThat(Files.readString(pom))
        .contains(
            "<artifactId>xfolds</artifactId>\n  <version>%s</version>"
                .formatted(ended.out().strip().substring("xfolds ".length())));
  }

  @Test
  void helpOfACommandIsItsOwn() throws IOException, InterruptedException {
    assertThat(run("test", "--help").out()).startsWith("usage: ./xfolds test [MAVEN ARGUMENTS]\n");
    assertThat(run("test", "-pl", "operator", "--help").out()).isEqualTo(run("test", "-h").out());
    assertThat(run("build", "--help").out()).startsWith("usage: ./xfolds build\n");
  }

  @Test
  void unknownCommandIsToldBehindTheKnownOnes() throws IOException, InterruptedException {
    Ended ended = run("trian");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .startsWith("usage: ./xfolds COMMAND")
        .endsWith("xfolds: unknown command 'trian'\n");
  }
}
