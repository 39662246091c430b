package dev.xfolds.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.model.VqaClassifier;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.optim.Gradients;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.optim.Share;
import dev.xfolds.trainer.optim.WeightAverage;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A plan's training step on random input that is there already: forward, backward, norm, clipping,
 * optimizer. The whole batch goes through at once, and a frozen image tower is computed each time.
 */
public final class StepBench {

  /** Of texts and questions: all positions are used. */
  private static final long WORD = 1;

  private final RunPlan run;
  private final TrainingPlan plan;
  private final NDManager manager;
  private final NDArray imagesBCHW;

  private StepBench(RunPlan run, NDManager manager) {
    this.run = run;
    this.plan = run.getTraining();
    this.manager = manager;
    int side = image(run).getImageSize();
    Shape shape = new Shape(plan.getBatchSize(), 3, side, side);
    imagesBCHW = manager.create(new Initializer.Normal(1).values(1, "images", shape.size()), shape);
  }

  private static ImageTowerPlan image(RunPlan run) {
    return run.getModel().hasClip()
        ? run.getModel().getClip().getImage()
        : run.getModel().getVqaClassifier().getImage();
  }

  /** Samples of a batch each time, with what the plan's account says of their FLOPs. */
  public static Measurement measure(RunPlan run, Arithmetic arithmetic, Repetition repetition) {
    try (NDManager manager = NDManager.newBaseManager()) {
      StepBench bench = new StepBench(run, manager);
      Runnable step =
          run.getModel().hasClip()
              ? bench.clip(run.getModel().getClip(), arithmetic)
              : bench.vqa(run.getModel().getVqaClassifier(), arithmetic);
      int batch = run.getTraining().getBatchSize();
      return new Measurement(
          run.getName(),
          "sample",
          batch,
          repetition.of(step),
          (double) batch * run.getCost().getTrainingFlopsPerSample(),
          PeakMemory.bytes());
    }
  }

  private Runnable clip(ClipPlan clip, Arithmetic arithmetic) {
    ClipModel model = ClipModel.create(clip, arithmetic, manager, plan.getSeed());
    int batch = plan.getBatchSize();
    int length = clip.getText().getContextLength();
    NDArray ids = ids(batch, length);
    long[] ends = new long[batch];
    Arrays.fill(ends, length - 1L);
    return step(model.parameters(), () -> model.loss(imagesBCHW, ids, ends, new Mode.Training(1)));
  }

  private Runnable vqa(VqaClassifierPlan vqa, Arithmetic arithmetic) {
    VqaClassifier model = VqaClassifier.create(vqa, arithmetic, manager, plan.getSeed());
    int batch = plan.getBatchSize();
    int length = vqa.getQuestion().getMaxTokens();
    NDArray ids = ids(batch, length);
    int[] lengths = new int[batch];
    Arrays.fill(lengths, length);
    long[] targets = new long[batch];
    for (int i = 0; i < batch; i++) {
      targets[i] = i % vqa.getAnswers();
    }
    Mode mode = new Mode.Training(1);
    return step(
        model.parameters(),
        () ->
            model.loss(
                model.logits(model.imageTokens(imagesBCHW, mode), ids, lengths, mode), targets));
  }

  private NDArray ids(int batch, int length) {
    long[] ids = new long[batch * length];
    Arrays.fill(ids, WORD);
    return manager.create(ids, new Shape(batch, length));
  }

  private Runnable step(ParameterSet parameters, Supplier<NDArray> loss) {
    Set<ModelPart> frozen = EnumSet.noneOf(ModelPart.class);
    frozen.addAll(plan.getFrozenList());
    parameters.freeze(frozen);
    Optimizer optimizer = Optimizer.create(plan, parameters, Share.WHOLE, manager);
    return () -> {
      try (WeightAverage.InTraining weights = optimizer.average().inTraining()) {
        parameters.renewGradients();
        try (NDScope scope = new NDScope();
            Autograd recording = new Autograd()) {
          scope.suppressNotUsedWarning();
          NDArray value = loss.get();
          recording.backward(value);
          if (!Float.isFinite(value.getFloat())) {
            throw new IllegalStateException(
                "loss of %s is %s".formatted(run.getName(), value.getFloat()));
          }
        }
        double norm = Gradients.globalNorm(parameters.trained());
        optimizer.step(1, Gradients.clipFactor(norm, plan.getGradientClip()));
        weights.follow();
      } finally {
        parameters.dropGradients();
      }
    };
  }
}
