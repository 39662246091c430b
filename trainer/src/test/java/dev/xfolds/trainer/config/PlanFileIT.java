package dev.xfolds.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plans were written by the operator, from manifests/samples. */
final class PlanFileIT {

  @TempDir Path folder;

  private Path operatorPlan(String name) throws IOException {
    Path file = folder.resolve("plan.json");
    try (InputStream in = PlanFileIT.class.getResourceAsStream("/plans/" + name + ".json")) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static void assertInvalid(Path file, String message) {
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"phantom-clip", "phantom-vqa", "vqa-rad"})
  void operatorsPlanHasTheDigestThatTheOperatorGaveIt(String name) throws IOException {
    RunPlan plan = PlanFile.read(operatorPlan(name));
    assertThat(plan.getName()).isEqualTo(name);
    assertThat(PlanCheck.problems(plan)).isEmpty();
  }

  @Test
  void changedPlanIsRefused() throws IOException {
    Path file = operatorPlan("vqa-rad");
    String json = Files.readString(file);
    Files.writeString(file, json.replace("\"answers\": 458", "\"answers\": 459"));
    String digest = "fb4673655011df3ff99d7943897409a69dabb521bdc231e53a13e11db1b60e8c";
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOf(TrainerException.class)
        .hasMessageStartingWith(file + ": digest must be ")
        .hasMessageEndingWith(
            " (sha-256 of this plan without uid and digest), was \"" + digest + "\"");
  }

  @Test
  void missingFileIsRefused() throws IOException {
    Path missing = folder.resolve("none.json");
    assertInvalid(missing, "--plan must be a file with a run plan, was " + missing);
    assertInvalid(folder, "--plan must be a file with a run plan, was " + folder);
  }

  @Test
  void fileAboveOneMebibyteIsRefused() throws IOException {
    Path file = operatorPlan("phantom-clip");
    int room = PlanFile.MAX_BYTES - Math.toIntExact(Files.size(file));
    Files.writeString(file, Files.readString(file) + " ".repeat(room));
    assertThat(PlanFile.read(file).getName()).isEqualTo("phantom-clip");
    Files.writeString(file, Files.readString(file) + " ");
    assertInvalid(file, file + ": must have at most 1048576 bytes, has more");
  }
}
