package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Sharding;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.Draft;
import dev.xfolds.trainer.checkpoint.FingerprintFile;
import dev.xfolds.trainer.checkpoint.Part;
import dev.xfolds.trainer.tensor.SafetensorsWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Puts a run's state into a checkpoint. */
final class CheckpointWriter {

  /** What transformers expects of a file whose names are PyTorch's. */
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final RunContext run;
  private final Learner learner;
  private final List<Fingerprint> fingerprints;
  private final boolean contaminationUnknown;

  /**
   * Makes a writer for one run.
   *
   * @param fingerprints of all that the weights were trained on
   * @param contaminationUnknown if some weights came from elsewhere
   */
  CheckpointWriter(
      RunContext run,
      Learner learner,
      List<Fingerprint> fingerprints,
      boolean contaminationUnknown) {
    this.run = run;
    this.learner = learner;
    this.fingerprints = fingerprints;
    this.contaminationUnknown = contaminationUnknown;
  }

  /**
   * Writes a checkpoint's files; training may go on behind that.
   *
   * @param optimizer this rank's part of its state by name; empty without training
   * @param best whether it is the best one so far
   */
  Draft draft(
      TrainingState state,
      Map<String, NDArray> optimizer,
      double loss,
      OptionalDouble validation,
      boolean best) {
    CheckpointManifest.Builder header =
        CheckpointManifest.newBuilder()
            .setNamespace(run.plan().getNamespace())
            .setRun(run.plan().getName())
            .setPlanDigest(run.plan().getDigest())
            .setStep(state.getStep())
            .setModel(run.plan().getModel())
            .setTrainingLoss(loss)
            .setFingerprintsFile(Checkpoint.FINGERPRINTS)
            .setContaminationUnknown(contaminationUnknown);
    validation.ifPresent(header::setValidation);
    List<String> others =
        sharded()
            ? IntStream.range(1, run.ranks().size()).mapToObj(Checkpoint::optimizer).toList()
            : List.of();
    Phase before = run.state().progress().getPhase();
    run.state().phase(Phase.CHECKPOINTING);
    Draft draft = run.store().draft(header.build(), state, parts(optimizer), others, best);
    run.state().phase(before);
    return draft;
  }

  /** Brings a draft to the disk under its name. */
  Checkpoint publish(Draft draft) {
    return run.store().publish(draft);
  }

  /** Tells that there is a checkpoint. */
  void tell(Checkpoint checkpoint) {
    run.state()
        .update(
            p ->
                p.setCheckpointStep(checkpoint.step())
                    .setCheckpointDigest(checkpoint.digest())
                    .setCheckpointWritten(checkpoint.written()));
  }

  /** Whether every rank has a part of the optimizer's state. */
  boolean sharded() {
    return run.ranks().size() > 1
        && run.plan().getParallelism().getSharding() != Sharding.SHARDING_UNSPECIFIED;
  }

  /** Adds this rank's part of the optimizer's state to the draft that rank 0 has written. */
  void contribute(long step, Map<String, NDArray> optimizer) {
    run.store().contribute(step, part(optimizer));
  }

  private Part part(Map<String, NDArray> optimizer) {
    return new Part(
        Checkpoint.optimizer(run.ranks().rank()),
        file -> SafetensorsWriter.write(file, optimizer, METADATA));
  }

  private List<Part> parts(Map<String, NDArray> optimizer) {
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            Checkpoint.MODEL,
            file -> SafetensorsWriter.write(file, learner.parameters().tensors(), METADATA)));
    if (!optimizer.isEmpty()) {
      parts.add(part(optimizer));
    }
    parts.addAll(learner.vocabularies());
    parts.add(FingerprintFile.part(fingerprints));
    return parts;
  }
}
