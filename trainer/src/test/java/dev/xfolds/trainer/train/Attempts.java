package dev.xfolds.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.parallel.SingleRank;
import dev.xfolds.trainer.progress.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The attempts of one run in a folder of their own; each starts from what is on disk. */
public final class Attempts {

  /** What a test throws where the process would be killed. */
  static final class Killed extends RuntimeException {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a clock or the system tells. */
  private static final Set<String> MEASURED =
      Set.of(
          "samplesPerSecond",
          "flopsPerSecond",
          "mfu",
          "dataSeconds",
          "forwardSeconds",
          "backwardSeconds",
          "optimizerSeconds",
          "communicationSeconds",
          "checkpointSeconds",
          "heapBytes",
          "residentBytes");

  private final Path runs;
  private final RunPlan plan;
  private final Volumes volumes;
  private final Optional<EvaluatorClient> evaluator;
  private long attempt;
  private RunState state = new RunState(InstantSource.system());

  Attempts(Path runs, RunPlan plan, Volumes volumes, Optional<EvaluatorClient> evaluator) {
    this.runs = runs;
    this.plan = plan;
    this.volumes = volumes;
    this.evaluator = evaluator;
  }

  public Attempts(Path runs, RunPlan plan) {
    this(runs, plan, new Volumes(Map.of()), Optional.empty());
  }

  /** To its end. */
  public void run() throws InterruptedException {
    run(() -> false);
  }

  void run(BooleanSupplier stop) throws InterruptedException {
    state = new RunState(InstantSource.system());
    TrainerRun.Place place =
        new TrainerRun.Place(runs, volumes, ++attempt, evaluator, new SingleRank());
    TrainerRun.execute(plan, place, state, stop, InstantSource.system());
  }

  /** Until a request comes while a step or the validation behind it runs. */
  void runAndStopAfter(long step) throws InterruptedException {
    run(() -> state.progress().getStep() >= step);
  }

  /** Until the process dies behind a step without a word. */
  void runAndKillAfter(long step) throws InterruptedException {
    run(
        () -> {
          if (state.progress().getStep() >= step) {
            throw new Killed();
          }
          return false;
        });
  }

  RunState state() {
    return state;
  }

  public Path folder() {
    return RunFolder.path(runs, plan.getNamespace(), plan.getName());
  }

  /** The lines of metrics.jsonl without what only the clock decides. */
  public List<String> trace() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder().resolve("metrics.jsonl"))) {
      ObjectNode node = (ObjectNode) JSON.readTree(line);
      node.remove(MEASURED);
      lines.add(node.toString());
    }
    return lines;
  }

  public Checkpoint latest() {
    return store().latest().orElseThrow();
  }

  Checkpoint best() {
    return store().best().orElseThrow();
  }

  /** As the attempt that has the folder, which may be another process. */
  private CheckpointStore store() {
    try {
      long claimed = Long.parseLong(Files.readString(folder().resolve("attempt")));
      return new CheckpointStore(RunFolder.claim(runs, plan, claimed), 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
