package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.optim.Gradients;
import dev.xfolds.trainer.optim.Optimizer;
import dev.xfolds.trainer.optim.Schedule;
import dev.xfolds.trainer.optim.WeightAverage;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;

/** One optimizer step: gradients of a batch, of all ranks, clipping, the move. */
final class Stepper {

  private final TrainingPlan plan;
  private final Learner learner;
  private final Encoded data;
  private final long[] imageShape;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final long totalSteps;
  private final NDManager manager;
  private final SharedStep shared;
  private final int atOnce;

  /**
   * Of one run.
   *
   * @param atOnce samples of this rank that pass through the model together
   * @param data that batches are of
   * @param shared with the ranks that have the rest of each batch
   */
  Stepper(
      TrainingPlan plan,
      int atOnce,
      Learner learner,
      Encoded data,
      long[] imageShape,
      Optimizer optimizer,
      long totalSteps,
      NDManager manager,
      SharedStep shared) {
    this.plan = plan;
    this.learner = learner;
    this.data = data;
    this.imageShape = imageShape;
    this.optimizer = optimizer;
    this.schedule = Schedule.of(plan.getSchedule());
    this.totalSteps = totalSteps;
    this.manager = manager;
    this.shared = shared;
    this.atOnce = atOnce;
  }

  /** Of a step, counted from 0; of weights that are in no group of their own. */
  double learningRate(long step) {
    return Optimizer.learningRate(plan.getOptimizer()) * schedule.factor(step, totalSteps);
  }

  /**
   * Takes the step of a batch. Dropout depends on the run's seed and the step alone.
   *
   * @throws TrainerException code 2 if loss or gradients are not finite and the plan says to stop
   */
  StepResult step(Batch batch) {
    boolean mayBeUndone = plan.getNonFinitePolicy() == NonFinitePolicy.SKIP_STEP;
    try (WeightAverage.InTraining weights = optimizer.average().inTraining();
        RunningStatistics before =
            mayBeUndone ? RunningStatistics.of(learner.parameters()) : RunningStatistics.none()) {
      long started = System.nanoTime();
      double backwardBefore = Autograd.backwardSeconds();
      Mode.Training mode =
          new Mode.Training(Initializer.mix(plan.getSeed(), "step " + batch.step()));
      StepInput input = new StepInput(data, batch, imageShape, manager);
      double loss = shared.gather(() -> learner.gather(input, atOnce, mode));
      long gathered = System.nanoTime();
      double backward = Autograd.backwardSeconds() - backwardBefore;
      shared.complete();
      long sharedAt = System.nanoTime();
      StepTime time =
          new StepTime(
              0, (gathered - started) / 1e9 - backward, backward, 0, (sharedAt - gathered) / 1e9);
      double norm = shared.norm();
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        StepResult result = new StepResult(loss, norm, true, time);
        if (plan.getNonFinitePolicy() != NonFinitePolicy.SKIP_STEP) {
          throw notFinite(batch.step(), result);
        }
        before.restore();
        return result;
      }
      optimizer.step(
          schedule.factor(batch.step(), totalSteps),
          Gradients.clipFactor(norm, plan.getGradientClip()));
      shared.spread();
      learner.afterStep();
      weights.follow();
      double moved = (System.nanoTime() - sharedAt) / 1e9;
      return new StepResult(loss, norm, false, time.withOptimizer(moved));
    } finally {
      shared.forget();
    }
  }

  private static TrainerException notFinite(long step, StepResult result) {
    return TrainerException.invalid(
        ("loss is %s and the gradient's norm %s at step %d, expected finite numbers: lower"
                + " spec.training.optimizer's learningRate, set spec.training.gradientClip, or set"
                + " spec.training.nonFinitePolicy: skip-step; the last checkpoint stays as it was")
            .formatted(result.loss(), result.gradientNorm(), step + 1));
  }
}
