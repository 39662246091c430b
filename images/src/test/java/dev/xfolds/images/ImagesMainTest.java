package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesMainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return ImagesMain.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void helpFitsATerminalAndShowsAnExample() {
    assertThat(run("--help")).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(24).allMatch(line -> line.length() <= 80);
    assertThat(out.toString()).contains("  ./xfolds images --only trainer,evaluator");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--flavour=rocm|--flavour must be one of cpu, cuda, was 'rocm'",
        "--only=trainer,judge|--only must be one of operator, trainer, evaluator, was 'judge'",
        "--only=|--only must be one of operator, trainer, evaluator, was ''",
        "--tag=a b|--tag must be letters, digits, '.', '_' or '-', at most 120, was 'a b'",
        "--base=A B|--base must be an image such as REGISTRY/PATH:TAG, was 'A B'",
        "--push=xfolds|--push must be REGISTRY/PATH with a host name and without a tag, was 'xfolds'",
        "--push=a.example/b:1|--push must be REGISTRY/PATH with a host name and without a tag, was"
            + " 'a.example/b:1'",
        "--output=/dev/null|--output must be a folder, was '/dev/null'",
        "--nonsense|Unknown option: '--nonsense'",
      })
  void wrongOptionNamesItselfTheValueAndWhatWasExpected(String option, String message) {
    assertThat(run(option)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("xfolds: " + message + " (see --help)\n");
  }

  @Test
  void tableShowsNameSizeDigestAndFile() {
    String digest = "sha256:" + "0123456789abcdef".repeat(4);
    assertThat(
            ImagesMain.table(
                List.of(
                    new Images.Built("localhost/xfolds/trainer:1", digest, 123_456_789, "/t", null),
                    new Images.Built(
                        "localhost/xfolds/evaluator:1", digest, 2_000_000, "/e", null))))
        .containsExactly(
            "image                               MB  digest               file",
            "localhost/xfolds/trainer:1       123.5  sha256:0123456789ab  /t",
            "localhost/xfolds/evaluator:1       2.0  sha256:0123456789ab  /e");
  }
}
