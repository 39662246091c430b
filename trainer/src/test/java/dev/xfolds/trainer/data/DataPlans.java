package dev.xfolds.trainer.data;

import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.PhantomPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.trainer.config.Volumes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans of data that is read in tests. */
final class DataPlans {

  private DataPlans() {}

  static DataPlan.Builder phantom(String name, DataFormat format, int images) {
    return DataPlan.newBuilder()
        .setName(name)
        .setFormat(format)
        .setWeight(1)
        .setPhantom(PhantomPlan.newBuilder().setSeed(1).setImages(images).setImageSize(32));
  }

  static DataPlan.Builder files(DataFormat format, Map<String, String> files) {
    return DataPlan.newBuilder()
        .setName("vqa-rad")
        .setFormat(format)
        .setWeight(1)
        .setVolume("data")
        .putAllFiles(files);
  }

  static RunPlan.Builder run(DataPlan.Builder... data) {
    RunPlan.Builder plan =
        RunPlan.newBuilder().setTraining(TrainingPlan.newBuilder().setSeed(7).setDataThreads(2));
    List.of(data).forEach(plan::addData);
    return plan;
  }

  static RunPlan.Builder holdOut(double fraction, DataPlan.Builder... data) {
    return run(data).setValidation(ValidationPlan.newBuilder().setFraction(fraction));
  }

  /** At a first start. */
  static TrainingData load(RunPlan.Builder plan, Volumes volumes) throws InterruptedException {
    return TrainingData.load(plan.build(), volumes, Optional.empty(), () -> {});
  }

  /** At a start from a checkpoint of {@code before}. */
  static TrainingData resume(RunPlan.Builder plan, Volumes volumes, TrainingData before)
      throws InterruptedException {
    return TrainingData.load(
        plan.build(),
        volumes,
        Optional.of(new KnownImages(before.unreadable(), before.fingerprints())),
        () -> {
          throw new AssertionError("a resumed run looks at no image");
        });
  }
}
