package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The measurements that are asked for, one after another, and their table. */
public final class ScaleMain {
  private static final int SHORT = 1;
  private static final int NOT_MEASURED = 2;
  private static final int PATIENCE_MS = 300_000;

  private final Bench bench;
  private final Set<String> sections;
  private final Steps steps = new Steps(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  private int exitCode;

  private ScaleMain(Bench bench, Set<String> sections) {
    this.bench = bench;
    this.sections = sections;
  }

  /**
   * Measures, within the namespaces of ../shared/cluster, with the environment of bench/scale.
   *
   * @param arguments --quick and names of sections; none of these: all
   */
  public static void main(String[] arguments) throws IOException {
    Set<String> sections = new HashSet<>(List.of(arguments));
    boolean quick = sections.remove("--quick");
    int code;
    Config config = Config.autoConfigure(null);
    config.setRequestTimeout(PATIENCE_MS); // to delete thousands of objects is one request
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      Bench bench = new Bench(client, Sizes.of(quick, System.getenv()), System.getenv());
      code = new ScaleMain(bench, sections).measure();
    }
    System.exit(code);
  }

  private int measure() throws IOException {
    Sizes sizes = bench.sizes();
    Files.writeString(bench.hosts(), Addresses.hostsFile(sizes.active()));
    System.out.println(
        Table.head(
            "The operator on %d processors, %s"
                .formatted(
                    Runtime.getRuntime().availableProcessors(),
                    bench.group().isEmpty()
                        ? "without its pod's memory limit"
                        : "with its pod's memory limit")));
    try (Operators operators = new Operators(bench);
        ResponderProcess responder = ResponderProcess.start(bench, steps.since())) {
      section(
          "burst",
          "%d runs at once".formatted(sizes.burst()),
          () -> new Burst(bench, operators.leading()).measure());
      section(
          "idle",
          "%d idle runs".formatted(sizes.idle()),
          () -> new IdleRuns(bench, operators.fresh()).measure());
      section(
          "active",
          "%d active runs".formatted(sizes.active()),
          () -> new ActiveRuns(bench, operators.leading(), steps).measure(responder));
      section("restart", "restart", () -> new Restart(bench, operators).measure());
    }
    return exitCode;
  }

  /** One that cannot be measured keeps none of the others from it. */
  private void section(String name, String title, Supplier<List<Row>> measurement) {
    if (!sections.isEmpty() && !sections.contains(name)) {
      return;
    }
    try {
      List<Row> rows = measurement.get();
      System.out.println(Table.section(title, rows));
      if (rows.stream().anyMatch(row -> row.ok().filter(ok -> !ok).isPresent())) {
        exitCode = Math.max(exitCode, SHORT);
      }
    } catch (RuntimeException e) {
      System.out.println(title + ": not measured");
      e.printStackTrace();
      exitCode = NOT_MEASURED;
    }
  }
}
