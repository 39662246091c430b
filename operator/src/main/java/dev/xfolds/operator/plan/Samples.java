package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;

/** How many training samples generated data holds. */
final class Samples {

  private static final int LEAST_QUESTIONS = 4;

  private Samples() {}

  /** One caption an image, or at least four questions. */
  static long of(DataPlan data) {
    long images = data.getPhantom().getImages();
    return data.getFormat() == DataFormat.PHANTOM_VQA ? LEAST_QUESTIONS * images : images;
  }
}
