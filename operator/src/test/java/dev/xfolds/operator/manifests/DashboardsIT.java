package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.operator.metrics.AskedRight;
import dev.xfolds.operator.metrics.OperatorMetrics;
import dev.xfolds.operator.metrics.RunMetric;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What dashboards and alerts ask for, and the forms that dashboards come in. */
final class DashboardsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final Pattern LABELS =
      Pattern.compile("\\{[^}]*\\}|\\[[^]]*\\]|\\b(by|on|without|ignoring)\\s*\\([^)]*\\)");
  private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_][a-zA-Z0-9_]*\\b(?!\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "Inf");

  @ParameterizedTest
  @ValueSource(strings = {"fleet", "run", "evaluation", "cost"})
  void dashboardAsksOnlyForMetricsThatAreThere(String name) throws IOException {
    Set<String> asked = new HashSet<>();
    for (JsonNode panel : dashboard(name).path("panels")) {
      panel.path("targets").forEach(target -> asked.addAll(names(target.path("expr").asText())));
    }
    assertThat(asked).isNotEmpty();
    assertThat(known()).containsAll(asked);
  }

  @Test
  void alertsAskOnlyForMetricsOfTheOperator() throws IOException {
    List<String> expressions =
        Files.readAllLines(Manifests.folder("components/alerts/rules.yaml")).stream()
            .filter(line -> line.contains("xfolds_"))
            .filter(line -> !line.contains("summary:"))
            .toList();
    assertThat(expressions).isNotEmpty();
    assertThat(exported())
        .containsAll(
            expressions.stream()
                .flatMap(line -> names(line).stream())
                .filter(name -> name.startsWith("xfolds_"))
                .toList());
  }

  @Test
  void everyAlertNamesARunbookThatIsThere() throws IOException {
    List<String> pages =
        Files.readAllLines(Manifests.folder("components/alerts/rules.yaml")).stream()
            .filter(line -> line.contains("runbook_url:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .toList();
    assertThat(pages)
        .hasSize(8)
        .allSatisfy(page -> assertThat(Manifests.ROOT.resolve(page)).exists());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fleet", "run", "evaluation", "cost"})
  void panelsHaveTitleUnitAndRoomAndVariablesAreDefined(String name) throws IOException {
    JsonNode dashboard = dashboard(name);
    Set<String> variables = new HashSet<>();
    dashboard.path("templating").path("list").forEach(v -> variables.add(v.path("name").asText()));
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(title).isNotBlank();
      assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
      assertThat(covers(panel.path("gridPos"))).as(title).allMatch(cells::add);
      if (!panel.path("type").asText().equals("row")) {
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
        assertThat(panel.path("targets")).as(title).isNotEmpty();
      }
      for (JsonNode target : panel.path("targets")) {
        Pattern.compile("\\$([a-z_]+)")
            .matcher(target.path("expr").asText())
            .results()
            .forEach(used -> assertThat(variables).as(title).contains(used.group(1)));
      }
    }
  }

  @Test
  void everyFormHoldsTheSameFourDashboards() throws IOException {
    Kubectl kubectl = Kubectl.orSkip();
    List<HasMetadata> sidecar = Manifests.render(kubectl, "components/grafana-sidecar/dashboards");
    assertThat(sidecar)
        .hasSize(4)
        .allSatisfy(
            map -> assertThat(map.getMetadata().getLabels()).containsKey("grafana_dashboard"));
    List<HasMetadata> operator =
        Manifests.render(kubectl, "components/grafana-operator/dashboards");
    List<ConfigMap> maps = Manifests.all(operator, ConfigMap.class);
    List<GenericKubernetesResource> resources =
        Manifests.all(operator, GenericKubernetesResource.class);
    assertThat(resources).hasSize(4);
    for (GenericKubernetesResource dashboard : resources) {
      String map = dashboard.get("spec", "configMapRef", "name");
      String key = dashboard.get("spec", "configMapRef", "key");
      assertThat(maps)
          .filteredOn(one -> one.getMetadata().getName().equals(map))
          .singleElement()
          .satisfies(one -> assertThat(one.getData()).containsKey(key));
    }
  }

  /** The console's form has the same queries, but for panels that it cannot draw. */
  @ParameterizedTest
  @ValueSource(strings = {"fleet", "run", "evaluation", "cost"})
  void consoleAsksTheSame(String name) throws IOException {
    List<String> drawn = new ArrayList<>();
    for (JsonNode panel : dashboard(name).path("panels")) {
      if (!panel.path("type").asText().equals("trend")) {
        panel.path("targets").forEach(target -> drawn.add(target.path("expr").asText()));
      }
    }
    JsonNode console = dashboard("console/" + name);
    List<String> there = new ArrayList<>();
    for (JsonNode row : console.path("rows")) {
      for (JsonNode panel : row.path("panels")) {
        assertThat(panel.path("type").asText()).isIn("graph", "singlestat", "table");
        panel.path("targets").forEach(target -> there.add(target.path("expr").asText()));
      }
    }
    assertThat(there).isEqualTo(drawn);
  }

  private static JsonNode dashboard(String name) throws IOException {
    return JSON.readTree(Manifests.folder("dashboards/" + name + ".json").toFile());
  }

  @Test
  void consoleDashboardsAreWhatTheScriptWritesOfTheOthers()
      throws IOException, InterruptedException {
    Tools.onPathOrSkip("jq");
    Path home = Manifests.folder("..").normalize().toAbsolutePath();
    Tools.run(home, home.resolve(".ci/console-dashboards"), "--check");
  }

  private static List<String> covers(JsonNode grid) {
    List<String> cells = new ArrayList<>();
    for (int x = 0; x < grid.path("w").asInt(); x++) {
      for (int y = 0; y < grid.path("h").asInt(); y++) {
        cells.add((grid.path("x").asInt() + x) + "," + (grid.path("y").asInt() + y));
      }
    }
    assertThat(grid.path("x").asInt() + grid.path("w").asInt()).isLessThanOrEqualTo(24);
    return cells;
  }

  /** Names of metrics in an expression: what is neither label, function, word nor number. */
  private static Set<String> names(String expression) {
    String bare = LABELS.matcher(STRING.matcher(expression).replaceAll("")).replaceAll(" ");
    return NAME.matcher(bare)
        .results()
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name))
        .collect(Collectors.toSet());
  }

  private static Set<String> exported() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    new OperatorMetrics(registry).asked(new AskedRight("get", "pods"));
    return Stream.concat(
            Stream.of(RunMetric.values()).map(RunMetric::metric),
            registry.getMeters().stream().flatMap(DashboardsIT::series))
        .collect(Collectors.toSet());
  }

  private static Stream<String> series(Meter meter) {
    String name = meter.getId().getName().replace('.', '_');
    return switch (meter) {
      case Timer _ -> Stream.of("_count", "_sum", "_bucket").map(end -> name + "_seconds" + end);
      case Counter _ -> Stream.of(name + "_total");
      default -> Stream.of(name);
    };
  }

  private static Set<String> known() throws IOException {
    Set<String> known = new HashSet<>(exported());
    known.add("jvm_memory_used_bytes");
    Path foreign = Manifests.folder("dashboards/foreign-metrics.txt");
    Files.readAllLines(foreign).stream()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> known.add(line.split(" ", -1)[0]));
    return known;
  }
}
