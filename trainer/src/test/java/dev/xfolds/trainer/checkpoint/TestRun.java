package dev.xfolds.trainer.checkpoint;

import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.testing.TestPlans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One run whose model is a text: what tests write and look at. */
record TestRun(Path runs) {

  static final RunPlan PLAN = TestPlans.signed(TestPlans.vqa());

  RunFolder claim(long attempt) {
    return RunFolder.claim(runs, PLAN, attempt);
  }

  CheckpointStore store(long attempt, int keep) {
    return new CheckpointStore(claim(attempt), keep);
  }

  Path checkpoints() {
    return path().resolve("checkpoints");
  }

  Path path() {
    return RunFolder.path(runs, PLAN.getNamespace(), PLAN.getName());
  }

  Path folder(long step) {
    return checkpoints().resolve("step-%08d".formatted(step));
  }

  static Checkpoint write(CheckpointStore store, long step, boolean best) {
    return write(store, step, best, model("weights of " + step));
  }

  static Checkpoint write(CheckpointStore store, long step, boolean best, Part model) {
    return store.publish(draft(store, step, best, model));
  }

  static Draft draft(CheckpointStore store, long step, boolean best, Part model) {
    CheckpointManifest header =
        CheckpointManifest.newBuilder()
            .setNamespace(PLAN.getNamespace())
            .setRun(PLAN.getName())
            .setPlanDigest(PLAN.getDigest())
            .setStep(step)
            .setTrainingLoss(Double.NaN)
            .build();
    TrainingState state = TrainingState.newBuilder().setStep(step).setSamplesSeen(4 * step).build();
    return store.draft(
        header, state, List.of(model, text(Checkpoint.optimizer(0), "moments")), List.of(), best);
  }

  static Part model(String content) {
    return text(Checkpoint.MODEL, content);
  }

  static Part text(String name, String content) {
    return new Part(name, file -> Files.write(file, content.getBytes(StandardCharsets.UTF_8)));
  }

  static String model(Checkpoint checkpoint) throws IOException {
    return Files.readString(checkpoint.file(Checkpoint.MODEL));
  }

  /** Everything below the run's folder, with what the files hold. */
  List<String> contents() throws IOException {
    try (Stream<Path> files = Files.walk(path())) {
      return files.sorted().map(this::describe).toList();
    }
  }

  private String describe(Path file) {
    try {
      String name = path().relativize(file).toString();
      return Files.isDirectory(file) ? name + "/" : name + ": " + Durable.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names in the checkpoints folder. */
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(checkpoints())) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
