package dev.xfolds.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.WaitCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operations.md has every reason that the operator can give. */
final class ReasonsPageIT {
  private static final Path HOME = Path.of(System.getProperty("xfolds.root", ".."));
  private static final Pattern CAMEL_CASE = Pattern.compile("\"([A-Z][A-Za-z]+)\"");

  /** Words of Kubernetes that we read or write, and words of events and of status.state. */
  private static final Set<String> NO_REASONS =
      Set.of(
          "True",
          "False",
          "Unknown",
          "Normal",
          "Warning",
          "Opaque",
          "Reconcile",
          "DELETE",
          "Running",
          "Waiting",
          "Succeeded",
          "AttemptStarted",
          "AttemptEnded",
          "FailureTarget",
          "DisruptionTarget",
          "PodScheduled",
          "Evicted",
          "PodInitializing",
          "OOMKilled",
          "CrashLoopBackOff",
          "ErrImagePull",
          "ErrImageNeverPull",
          "ImagePullBackOff",
          "ImageInspectError",
          "InvalidImageName",
          "RegistryUnavailable",
          "SignatureValidationFailed");

  @Test
  void everyReasonInTheCodeIsOnThePage() throws IOException {
    Set<String> words = words();
    assertThat(words).contains("SourceFailed", "EvaluatorSilent", "TooManyRestarts");
    words.removeAll(NO_REASONS);
    String page = Files.readString(HOME.resolve("docs/operations.md"));
    assertThat(words).allSatisfy(word -> assertThat(page).containsPattern("\\b" + word));
  }

  @Test
  void everyCauseOfWaitingHasARow() throws IOException {
    List<String> page = Files.readAllLines(HOME.resolve("docs/operations.md"));
    assertThat(Arrays.stream(WaitCause.values()).map(WaitCause::reason))
        .allSatisfy(
            reason -> assertThat(page).anyMatch(line -> line.startsWith("| " + reason + " |")));
  }

  private static Set<String> words() throws IOException {
    Set<String> words = new TreeSet<>();
    for (String folder : List.of("reconcile", "observe", "status")) {
      try (Stream<Path> files =
          Files.list(HOME.resolve("operator/src/main/java/dev/xfolds/operator").resolve(folder))) {
        for (Path file : files.toList()) {
          CAMEL_CASE
              .matcher(Files.readString(file))
              .results()
              .map((MatchResult found) -> found.group(1))
              .forEach(words::add);
        }
      }
    }
    return words;
  }
}
