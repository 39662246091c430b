package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  private String promtool(String... arguments) throws IOException, InterruptedException {
    return Tools.run(folder, Tools.onPathOrSkip("promtool"), arguments);
  }
}
