package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.HardwarePlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.PhantomPlan;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.model.Cost;
import dev.xfolds.trainer.model.VqaClassifier;
import dev.xfolds.trainer.testing.TestPlans;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Plans that train within a second: 24 generated images, 12 steps, every step logged. */
public final class TinyPlans {

  private TinyPlans() {}

  /** With layer norms, two parts a step. */
  public static RunPlan.Builder clipVit() {
    return small(TestPlans.clip());
  }

  /** With running statistics, two parts a step. */
  public static RunPlan.Builder clipResnet() {
    RunPlan.Builder plan = small(TestPlans.clip());
    ImageTowerPlan.Builder image = plan.getModelBuilder().getClipBuilder().getImageBuilder();
    image.setResnet(ResNetPlan.newBuilder().setWidth(8).addAllLayers(List.of(1, 1)).setHeads(4));
    return plan;
  }

  /** With dropout, everything trained. */
  static RunPlan.Builder vqa() {
    return small(TestPlans.vqa());
  }

  /** With dropout, from cached features. */
  static RunPlan.Builder vqaFrozen() {
    RunPlan.Builder plan = vqa();
    plan.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER);
    return plan;
  }

  private static RunPlan.Builder small(RunPlan.Builder plan) {
    plan.getDataBuilder(0)
        .setPhantom(PhantomPlan.newBuilder().setSeed(1).setImages(24).setImageSize(32));
    plan.getTrainingBuilder().setSteps(12);
    plan.getValidationBuilder().setFraction(0.25).setEverySteps(4);
    return plan.clearEvaluations();
  }

  /** The plan with what its model costs, and its digest. */
  public static RunPlan promised(RunPlan.Builder plan) {
    Set<ModelPart> frozen = EnumSet.noneOf(ModelPart.class);
    frozen.addAll(plan.getTraining().getFrozenList());
    if (plan.getModel().hasClip()) {
      ClipModel model = ClipModel.outline(plan.getModel().getClip());
      model.parameters().freeze(frozen);
      plan.setCost(cost(model.cost()));
    } else {
      VqaClassifier model = VqaClassifier.outline(plan.getModel().getVqaClassifier());
      model.parameters().freeze(frozen);
      plan.setCost(cost(model.cost()));
    }
    return TestPlans.signed(plan);
  }

  private static CostPlan cost(Cost cost) {
    return CostPlan.newBuilder()
        .setParameters(cost.parameters())
        .setTrainableParameters(cost.trainableParameters())
        .setForwardFlopsPerSample(cost.forwardFlops())
        .setTrainingFlopsPerSample(cost.trainingFlops())
        .setHardware(HardwarePlan.newBuilder().setPeakFlops(1e11))
        .build();
  }
}
