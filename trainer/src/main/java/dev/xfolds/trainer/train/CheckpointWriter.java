package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Phase;
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
   * @param optimizer its state by name; empty without training
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
    Phase before = run.state().progress().getPhase();
    run.state().phase(Phase.CHECKPOINTING);
    Draft draft = run.store().draft(header.build(), state, parts(optimizer), best);
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

  private List<Part> parts(Map<String, NDArray> optimizer) {
    List<Part> parts = new ArrayList<>();
    parts.add(
        new Part(
            Checkpoint.MODEL,
            file -> SafetensorsWriter.write(file, learner.parameters().tensors(), METADATA)));
    if (!optimizer.isEmpty()) {
      parts.add(
          new Part(
              Checkpoint.OPTIMIZER, file -> SafetensorsWriter.write(file, optimizer, METADATA)));
    }
    parts.addAll(learner.vocabularies());
    parts.add(FingerprintFile.part(fingerprints));
    return parts;
  }
}
