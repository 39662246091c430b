package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.FingerprintFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from the weights of others. */
final class OriginIT {

  private static final String TOWER = "visual.conv1.weight";

  @TempDir Path folder;
  private int refused;

  private Attempts attempts(RunPlan.Builder plan) {
    return new Attempts(
        folder, TinyPlans.promised(plan), new Volumes(Map.of("models", folder)), Optional.empty());
  }

  /** A CLIP with the tower that the classifier has, trained a little. */
  private Attempts pretrained() throws InterruptedException {
    Attempts clip = attempts(TinyPlans.clipResnet().setName("clip"));
    clip.run();
    return clip;
  }

  private static RunPlan.Builder fromRun(String run, ModelPart... parts) {
    RunPlan.Builder plan = TinyPlans.vqaFrozen();
    plan.getInitFromBuilder().setRun(run);
    for (ModelPart part : parts) {
      plan.getInitFromBuilder().addParts(part);
    }
    return plan;
  }

  private RunPlan.Builder fromFile(Path file, ModelPart... parts) {
    RunPlan.Builder plan = fromRun("", parts);
    plan.getInitFromBuilder()
        .getCheckpointBuilder()
        .setVolume("models")
        .setPath(folder.relativize(file).toString());
    return plan;
  }

  private void assertRefused(RunPlan.Builder plan, String... parts) {
    plan.setName("refused-" + refused++);
    TrainerException end = catchThrowableOfType(TrainerException.class, () -> attempts(plan).run());
    assertThat(end).isNotNull().hasMessageContainingAll(parts);
    assertThat(end.code()).isEqualTo(ExitCode.INVALID);
  }

  private static byte[] tower(Checkpoint checkpoint) {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint.file(Checkpoint.MODEL))) {
      byte[] bytes = new byte[(int) file.entry(TOWER).bytes()];
      file.buffer(TOWER).get(bytes);
      return bytes;
    }
  }

  @Test
  void frozenTowerIsThatOfTheRunItCameFrom() throws InterruptedException {
    Attempts clip = pretrained();
    Attempts vqa = attempts(fromRun("clip", ModelPart.IMAGE_TOWER));
    vqa.run();
    assertThat(tower(vqa.latest())).isEqualTo(tower(clip.best()));
    assertThat(vqa.latest().manifest().getContaminationUnknown()).isFalse();
    assertThat(FingerprintFile.read(vqa.latest().file(Checkpoint.FINGERPRINTS)))
        .containsAll(FingerprintFile.read(clip.best().file(Checkpoint.FINGERPRINTS)))
        .hasSizeGreaterThan(FingerprintFile.read(clip.best().file(Checkpoint.FINGERPRINTS)).size());
  }

  @Test
  void resumedRunNeedsItsOriginNoMore() throws InterruptedException, IOException {
    Attempts clip = pretrained();
    Attempts vqa = attempts(fromRun("clip", ModelPart.IMAGE_TOWER));
    assertThat(catchThrowableOfType(TrainerException.class, () -> vqa.runAndStopAfter(3)).code())
        .isEqualTo(ExitCode.STOPPED);
    byte[] tower = tower(vqa.latest());
    byte[] fingerprints = Files.readAllBytes(vqa.latest().file(Checkpoint.FINGERPRINTS));
    Files.move(clip.folder(), folder.resolve("gone"));
    vqa.run();
    assertThat(vqa.latest().step()).isEqualTo(12);
    assertThat(tower(vqa.latest())).isEqualTo(tower);
    assertThat(vqa.latest().file(Checkpoint.FINGERPRINTS)).hasBinaryContent(fingerprints);
  }

  @Test
  void weightsOfAFileAreOfUnknownContamination() throws InterruptedException {
    Attempts clip = pretrained();
    Attempts vqa = attempts(fromFile(clip.best().file(Checkpoint.MODEL), ModelPart.IMAGE_TOWER));
    vqa.run();
    assertThat(tower(vqa.latest())).isEqualTo(tower(clip.best()));
    assertThat(vqa.latest().manifest().getContaminationUnknown()).isTrue();
  }

  @Test
  void vocabulariesComeWithTheirParts() throws InterruptedException, IOException {
    Attempts first = attempts(TinyPlans.vqaFrozen().setName("first"));
    first.run();
    RunPlan.Builder plan =
        fromFile(
            first.best().folder(),
            ModelPart.IMAGE_TOWER,
            ModelPart.QUESTION_ENCODER,
            ModelPart.CLASSIFIER);
    plan.getDataBuilder(0).getPhantomBuilder().setSeed(99).setImages(9);
    Attempts second = attempts(plan);
    second.run();
    for (String name : new String[] {Checkpoint.VOCABULARY, Checkpoint.ANSWERS}) {
      assertThat(second.latest().file(name)).hasSameBinaryContentAs(first.latest().file(name));
    }
    assertThat(second.latest().manifest().getContaminationUnknown()).isFalse();
  }

  @Test
  void originsThatAreNotThereAreNamed() throws IOException {
    assertRefused(
        fromRun("clip", ModelPart.IMAGE_TOWER),
        "spec.initFrom.run must be a run with a checkpoint, was clip, which has none in ");
    assertRefused(
        fromFile(folder.resolve("none.safetensors"), ModelPart.IMAGE_TOWER),
        "spec.initFrom.checkpoint.path must be a readable file, was none.safetensors (missing)");
    assertRefused(
        fromFile(Files.createDirectory(folder.resolve("empty")), ModelPart.IMAGE_TOWER),
        "spec.initFrom.checkpoint must name a whole checkpoint: ",
        "manifest.json");
  }

  @Test
  void damagedOriginsAreNamed() throws InterruptedException, IOException {
    Attempts clip = pretrained();
    Path file = folder.resolve("cut.safetensors");
    Files.write(file, new byte[] {1, 2, 3});
    assertRefused(
        fromFile(file, ModelPart.IMAGE_TOWER), "spec.initFrom.checkpoint: ", "cut.safetensors");
    byte[] huge = new byte[64];
    huge[4] = 1; // a header of 4 GiB
    Files.write(file, huge);
    assertRefused(
        fromFile(file, ModelPart.IMAGE_TOWER), "spec.initFrom.checkpoint: ", "cut.safetensors");
    Path model = clip.best().file(Checkpoint.MODEL);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    assertRefused(
        fromRun("clip", ModelPart.IMAGE_TOWER),
        "spec.initFrom.run must name a whole checkpoint: ",
        "model.safetensors: sha-256 must be ");
  }

  @Test
  void weightsOfAnotherModelAreNamed() throws InterruptedException {
    Attempts clip = pretrained();
    RunPlan.Builder wider = fromRun("clip", ModelPart.IMAGE_TOWER);
    wider
        .getModelBuilder()
        .getVqaClassifierBuilder()
        .getImageBuilder()
        .getResnetBuilder()
        .setWidth(16);
    assertRefused(
        wider, "spec.initFrom.run: ", TOWER + " has shape (4, 3, 3, 3), expected (8, 3, 3, 3)");
    assertRefused(
        fromFile(clip.best().file(Checkpoint.MODEL), ModelPart.FUSION),
        "spec.initFrom.checkpoint: ",
        "is missing");
  }

  @Test
  void vocabularyThatIsNotThereIsNamed() throws InterruptedException {
    Attempts first = attempts(TinyPlans.vqaFrozen().setName("first"));
    first.run();
    Path weights = first.best().file(Checkpoint.MODEL);
    assertRefused(
        fromFile(weights, ModelPart.QUESTION_ENCODER),
        "spec.initFrom.checkpoint must be a checkpoint's folder with vocabulary.txt, which the part question needs, was "
            + weights);
    assertRefused(
        fromFile(weights, ModelPart.CLASSIFIER),
        "with answers.txt, which the part classifier needs");
    pretrained();
    assertRefused(
        fromRun("clip", ModelPart.CLASSIFIER),
        "spec.initFrom.run must be a checkpoint's folder with answers.txt");
    RunPlan.Builder smaller = fromRun("first", ModelPart.QUESTION_ENCODER);
    smaller.getModelBuilder().getVqaClassifierBuilder().getQuestionBuilder().setVocabularySize(20);
    assertRefused(
        smaller,
        "spec.model.vqaClassifier.question.vocabularySize must be at least the ",
        "was 20");
    RunPlan.Builder fewer = fromRun("first", ModelPart.CLASSIFIER);
    fewer.getModelBuilder().getVqaClassifierBuilder().setAnswers(3);
    assertRefused(
        fewer,
        "spec.model.vqaClassifier.answers must be at least the 10 of the classifier",
        "was 3");
  }
}
