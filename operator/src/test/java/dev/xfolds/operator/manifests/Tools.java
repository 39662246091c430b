package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of this machine. Where one is missing a test is skipped, with a line; it fails if the
 * environment says {@code XFOLDS_TOOLS=required}, as .ci/run does.
 */
final class Tools {
  private Tools() {}

  static Path onPathOrSkip(String program) {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, program))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      String why = "no " + program + " on PATH";
      assertThat(System.getenv("XFOLDS_TOOLS")).as(why).isNotEqualTo("required");
      skip(why);
    }
    return found.orElseThrow();
  }

  static void skip(String why) {
    System.out.println("skipped: " + why);
    Assumptions.abort(why);
  }

  /** What a program said; the test fails if its exit code is not 0. */
  static String run(Path folder, Path program, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
