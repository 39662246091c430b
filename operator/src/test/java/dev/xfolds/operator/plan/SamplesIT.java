package dev.xfolds.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRunFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that users start from. */
final class SamplesIT {

  private static FilePlan plan(String sample) {
    Path file = Path.of(System.getProperty("xfolds.root"), "manifests", "samples", sample);
    return FilePlan.of(TrainingRunFile.load(file), Options.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart.yaml", "vqa-rad.yaml"})
  void sampleHasNoProblems(String sample) {
    assertThat(plan(sample).problems()).isEmpty();
  }

  @Test
  void quickstartIsTwoRunsAndAControl() {
    assertThat(plan("quickstart.yaml").runs())
        .extracting(run -> run.plan().getName())
        .containsExactly("phantom-clip", "phantom-vqa", "phantom-vqa-scratch");
  }
}
