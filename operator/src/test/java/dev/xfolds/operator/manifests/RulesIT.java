package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool reads the alerts, and plays the cases of rules-test.yaml with them. */
final class RulesIT {
  private static final String RULES = "rules.json"; // JSON is YAML

  @TempDir Path folder;

  @BeforeEach
  void takeGroupsOutOfTheirResource() throws IOException {
    Path alerts = Manifests.folder("components/alerts");
    GenericKubernetesResource rule =
        (GenericKubernetesResource)
            Manifests.parse(Files.readString(alerts.resolve("rules.yaml"))).getFirst();
    Object groups = rule.get("spec", "groups");
    new ObjectMapper().writeValue(folder.resolve(RULES).toFile(), Map.of("groups", groups));
    Files.copy(alerts.resolve("rules-test.yaml"), folder.resolve("rules-test.yaml"));
  }

  @Test
  void rulesAreWhatPrometheusReads() throws IOException, InterruptedException {
    assertThat(promtool("check", "rules", RULES)).contains("8 rules found");
  }

  @Test
  void alertsFireWhenTheyShouldAndElseNot() throws IOException, InterruptedException {
    assertThat(promtool("test", "rules", "rules-test.yaml")).contains("SUCCESS");
  }

  /** What it said; the test fails if its exit code is not 0. */
  private String promtool(String... arguments) throws IOException, InterruptedException {
    Path program =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(one -> Path.of(one, "promtool"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    if (program == null) {
      System.out.println("skipped: no promtool on PATH");
      Assumptions.abort("no promtool on PATH");
    }
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
