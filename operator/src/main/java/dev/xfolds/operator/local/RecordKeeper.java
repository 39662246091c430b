package dev.xfolds.operator.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.status.Statuses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Writes down what is known about a run while it runs, so that a killed xfolds forgets nothing:
 * record.json and status.json.
 */
final class RecordKeeper implements RunListener {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private final RunListener next;
  private final Path folder;
  private List<Attempt> written;
  private Verdict verdict = new Verdict.Undecided();
  private Optional<TrainingRunStatus> status = Optional.empty();
  private Instant writtenAt = Instant.EPOCH;

  RecordKeeper(RunListener next, Path folder, RunRecord before) {
    this.next = next;
    this.folder = folder;
    this.written = before.attempts();
  }

  LocalContext recording(LocalContext context) {
    return new LocalContext(
        context.output(),
        context.volumes(),
        context.images(),
        context.issuer(),
        context.restarts(),
        context.stop(),
        this,
        context.clock(),
        context.http(),
        context.environment(),
        context.poll());
  }

  @Override
  public void observed(Observation observation) {
    if (!observation.attempts().equals(written)
        || !observation.verdict().equals(verdict)
        || !observation.at().isBefore(writtenAt.plus(EVERY))) {
      written = observation.attempts();
      verdict = observation.verdict();
      writtenAt = observation.at();
      try {
        new RunRecord(
                observation.plan().getDigest(),
                false,
                observation.at(),
                observation.attempts(),
                List.of())
            .write(folder);
        TrainingRunStatus now = Statuses.of(observation, status);
        status = Optional.of(now);
        RunRecord.replace(
            folder.resolve("status.json"),
            JSON.writerWithDefaultPrettyPrinter().writeValueAsString(now) + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(
            "record.json cannot be written to %s: %s".formatted(folder, e.getMessage()), e);
      }
    }
    next.observed(observation);
  }

  @Override
  public void note(String run, String message) {
    next.note(run, message);
  }
}
