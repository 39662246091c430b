package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.InitPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.VolumeFile;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.DamagedCheckpointException;
import dev.xfolds.trainer.checkpoint.FingerprintFile;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the first weights of some parts come from.
 *
 * @param field of the specification that names it
 * @param parts to take
 * @param weights a safetensors file
 * @param checkpoint the whole checkpoint around it; empty for weights from elsewhere, of which
 *     nobody knows what they were trained on
 */
record Origin(String field, Set<ModelPart> parts, Path weights, Optional<Checkpoint> checkpoint) {

  /**
   * Finds what the plan starts from; empty for random weights.
   *
   * @throws TrainerException code 2 if it is missing or damaged
   */
  static Optional<Origin> of(RunPlan plan, Path runs, Volumes volumes) {
    if (!plan.hasInitFrom()) {
      return Optional.empty();
    }
    InitPlan init = plan.getInitFrom();
    Set<ModelPart> parts = EnumSet.copyOf(init.getPartsList());
    return Optional.of(
        switch (init.getSourceCase()) {
          case RUN -> ofRun(RunFolder.path(runs, plan.getNamespace(), init.getRun()), init, parts);
          case CHECKPOINT -> ofFile(init.getCheckpoint(), volumes, parts);
          case SOURCE_NOT_SET ->
              throw TrainerException.invalid("spec.initFrom must name run or checkpoint");
        });
  }

  private static Origin ofRun(Path folder, InitPlan init, Set<ModelPart> parts) {
    Path best =
        CheckpointStore.best(folder.resolve("checkpoints"))
            .orElseThrow(
                () ->
                    TrainerException.invalid(
                        "spec.initFrom.run must be a run with a checkpoint, was %s, which has none in %s"
                            .formatted(init.getRun(), folder)));
    return whole("spec.initFrom.run", best, parts);
  }

  private static Origin ofFile(VolumeFile file, Volumes volumes, Set<ModelPart> parts) {
    String field = "spec.initFrom.checkpoint";
    Path path = volumes.file(field, file.getVolume(), file.getPath());
    return Files.isDirectory(path)
        ? whole(field, path, parts)
        : new Origin(field, parts, path, Optional.empty());
  }

  private static Origin whole(String field, Path folder, Set<ModelPart> parts) {
    try {
      Checkpoint checkpoint = Checkpoint.read(folder);
      return new Origin(field, parts, checkpoint.file(Checkpoint.MODEL), Optional.of(checkpoint));
    } catch (DamagedCheckpointException e) {
      throw TrainerException.invalid(
          "%s must name a whole checkpoint: %s".formatted(field, e.getMessage()), e);
    }
  }

  /**
   * Of a run that does not train.
   *
   * @throws TrainerException code 2 if a part of the model is not taken
   */
  void mustBeWhole(ModelPlan model) {
    Set<ModelPart> missing =
        model.hasClip()
            ? EnumSet.of(ModelPart.IMAGE_TOWER, ModelPart.TEXT_TOWER)
            : EnumSet.of(
                ModelPart.IMAGE_TOWER,
                ModelPart.QUESTION_ENCODER,
                ModelPart.FUSION,
                ModelPart.CLASSIFIER);
    missing.removeAll(parts);
    if (!missing.isEmpty()) {
      throw TrainerException.invalid(
          "spec.initFrom.parts must be all parts in a run without spec.training, %s would stay random"
              .formatted(missing.stream().map(PartNames::of).toList()));
    }
  }

  boolean contaminationUnknown() {
    return checkpoint.map(c -> c.manifest().getContaminationUnknown()).orElse(true);
  }

  /** What the weights were trained on before; empty if unknown. */
  List<Fingerprint> fingerprints() {
    return checkpoint
        .map(c -> c.file(Checkpoint.FINGERPRINTS))
        .filter(Files::exists)
        .map(FingerprintFile::read)
        .orElse(List.of());
  }

  /**
   * A vocabulary that belongs to a part which is taken.
   *
   * @return empty if that part is not taken
   * @throws TrainerException code 2 if it is taken and the vocabulary is not there
   */
  Optional<Path> vocabulary(ModelPart part, String name) {
    if (!parts.contains(part)) {
      return Optional.empty();
    }
    return Optional.of(
        checkpoint
            .map(c -> c.file(name))
            .filter(Files::isRegularFile)
            .orElseThrow(
                () ->
                    TrainerException.invalid(
                        "%s must be a checkpoint's folder with %s, which the part %s needs, was %s"
                            .formatted(field, name, PartNames.of(part), weights))));
  }

  /**
   * Takes the weights.
   *
   * @throws TrainerException code 2 naming what is missing or of another shape
   */
  void load(ParameterSet parameters) {
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      parameters.load(file, parts);
    } catch (TensorException e) {
      throw TrainerException.invalid(field + ": " + e.getMessage(), e);
    }
  }
}
