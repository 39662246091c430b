package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import java.util.List;
import java.util.OptionalLong;

/** How many training samples generated data holds. */
final class Samples {

  private static final int LEAST_QUESTIONS = 4;

  private Samples() {}

  /** At least: one caption an image, or four questions. */
  static long of(DataPlan data) {
    long images = data.getPhantom().getImages();
    return data.getFormat() == DataFormat.PHANTOM_VQA ? LEAST_QUESTIONS * images : images;
  }

  /**
   * Left for training after the held-out images; empty unless all data are generated captions, the
   * only ones whose number is known before they are read.
   */
  static OptionalLong trained(RunPlan plan) {
    List<DataPlan> data = plan.getDataList();
    if (data.isEmpty()
        || !data.stream().allMatch(one -> one.getFormat() == DataFormat.PHANTOM_CAPTIONS)) {
      return OptionalLong.empty();
    }
    long images = data.stream().mapToLong(Samples::of).sum();
    if (images < 2 || plan.getValidation().getSourceCase() != ValidationPlan.SourceCase.FRACTION) {
      return OptionalLong.of(images);
    }
    long heldOut = Math.round(images * plan.getValidation().getFraction());
    return OptionalLong.of(images - Math.clamp(heldOut, 1, images - 1));
  }
}
