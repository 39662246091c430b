package dev.xfolds.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.TrainingRunStatus;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RunCollectorTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final CollectorRegistry registry = new CollectorRegistry();
  private final RunCollector collector =
      new RunCollector(Clock.fixed(NOW, ZoneOffset.UTC)).register(registry);

  @Test
  void deletedRunIsGoneWithTheNextScrape() {
    Set<String> uids = new HashSet<>(Set.of("a", "b"));
    collector.keepWhile(numbers -> uids.contains(numbers.uid()));
    collector.put(RunNumbers.of("team", "one", "a", NOW, status("Pending")));
    collector.put(RunNumbers.of("team", "two", "b", NOW, status("Pending")));
    assertThat(scrape())
        .contains("xfolds_run_state{run_namespace=\"team\",run=\"one\",state=\"Pending\",} 1.0")
        .contains("run=\"two\"");
    uids.remove("a");
    assertThat(scrape()).doesNotContain("run=\"one\"").contains("run=\"two\"");
  }

  @Test
  void endedRunShowsItsLastState() {
    collector.put(
        new RunNumbers(
            "team",
            "one",
            "a",
            NOW,
            status("Running"),
            Optional.empty(),
            Optional.of(
                new RunNumbers.Heard(
                    RunProgress.newBuilder().setStep(9).setTotalSteps(9).build(), NOW, true)),
            Optional.of(true),
            List.of()));
    assertThat(scrape()).contains("xfolds_run_trainer_up{", "xfolds_run_evaluator_up{");
    assertThat(scrape()).contains("xfolds_run_step{run_namespace=\"team\",run=\"one\",} 9.0");
    collector.put(RunNumbers.of("team", "one", "a", NOW, status("Complete")));
    assertThat(scrape())
        .contains("state=\"Complete\"", "xfolds_run_attempts{")
        .doesNotContain("state=\"Running\"", "xfolds_run_trainer_up{", "xfolds_run_evaluator_up{");
  }

  private String scrape() {
    StringWriter text = new StringWriter();
    try {
      TextFormat.write004(text, registry.metricFamilySamples());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static TrainingRunStatus status(String state) {
    return new TrainingRunStatus(
        1L, "clip", state, List.of(), List.of(), 1, 0, 1, null, List.of(), List.of(), null);
  }
}
