package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.Spending;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.data.Batch;
import dev.xfolds.trainer.data.BatchLoader;
import dev.xfolds.trainer.data.BatchOrder;
import dev.xfolds.trainer.data.ImageTensors;
import dev.xfolds.trainer.data.TrainingData;
import dev.xfolds.trainer.optim.Optimizer;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Steps, and between them validation, checkpoints and evaluations, on every rank alike. Everything
 * that decides what comes next is in {@link TrainingState}, so that a run continues as if it had
 * never stopped.
 */
final class TrainingLoop {

  /** A model that is broken for good must not use up the budget. */
  private static final int MAX_SKIPPED_IN_A_ROW = 100;

  private final RunContext run;
  private final TrainingPlan plan;
  private final Learner learner;
  private final TrainingData data;
  private final ImageTensors images;
  private final CheckpointKeeper checkpoints;
  private final Evaluations evaluations;
  private final Optimizer optimizer;
  private final BatchOrder order;
  private final long totalSteps;
  private final Stepper stepper;
  private final Optional<Validator> validator;
  private final TrainingState.Builder state;
  private final Speed speed;
  private double loss;
  private OptionalDouble validation = OptionalDouble.empty();

  /**
   * Prepares to train.
   *
   * @param order of the training samples
   * @param images what the learner sees of each image of the data
   * @param resumed the checkpoint whose weights the learner has; empty at the start
   * @throws TrainerException code 2 if the optimizer's state is another one's, or a group of
   *     parameters is empty
   */
  TrainingLoop(
      RunContext run,
      Learner learner,
      TrainingData data,
      BatchOrder order,
      ImageTensors images,
      CheckpointWriter checkpoints,
      Evaluations evaluations,
      Optional<Checkpoint> resumed) {
    this.run = run;
    this.plan = run.plan().getTraining();
    this.learner = learner;
    this.data = data;
    this.images = images;
    this.checkpoints = new CheckpointKeeper(run, checkpoints, resumed);
    this.evaluations = evaluations;
    SharedStep shared =
        SharedStep.of(
            run.plan().getParallelism().getSharding(),
            run.ranks(),
            learner.parameters(),
            run.manager());
    this.optimizer =
        Optimizers.of(plan, learner.parameters(), shared.share(), run.manager(), resumed);
    this.order = order;
    this.totalSteps =
        plan.getSteps() > 0 ? plan.getSteps() : plan.getEpochs() * order.stepsPerEpoch();
    int atOnce = plan.getBatchSize() / plan.getGradientAccumulation() / run.ranks().size();
    this.stepper =
        new Stepper(
            plan,
            atOnce,
            learner,
            learner.encode(data.training()),
            images.shape(),
            optimizer,
            totalSteps,
            run.manager(),
            shared);
    this.validator =
        run.plan().hasValidation()
            ? Optional.of(
                new Validator(
                    run.plan(),
                    learner,
                    learner.encode(data.validation()),
                    data.imageOfValidation(),
                    images,
                    atOnce,
                    run.ranks()))
            : Optional.empty();
    this.state = resumed.map(c -> c.state().toBuilder()).orElseGet(this::start);
    this.speed =
        new Speed(
            plan.getBatchSize(),
            flopsPerStep(),
            learner.frozenImages() ? OptionalDouble.empty() : OptionalDouble.of(run.peakFlops()));
    resumed.ifPresent(this::resume);
  }

  private TrainingState.Builder start() {
    return TrainingState.newBuilder()
        .setRngSeed(plan.getSeed())
        .setBestStep(-1)
        .addAllUnreadableImages(data.unreadable());
  }

  /** A process killed behind a checkpoint's rename may not have said that it is the best one. */
  private void resume(Checkpoint checkpoint) {
    if (run.leads() && (validator.isEmpty() || state.getBestStep() == checkpoint.step())) {
      run.store().markBest(checkpoint);
    }
    loss = checkpoint.manifest().getTrainingLoss();
    if (checkpoint.manifest().hasValidation()) {
      validation = OptionalDouble.of(checkpoint.manifest().getValidation());
    }
  }

  /**
   * Trains to the end, or until validation has not improved for as long as the plan bears.
   *
   * @throws TrainerException code 12 on a request to stop, after a checkpoint
   */
  void run() throws InterruptedException {
    try (Spending spending =
            run.leads()
                ? Spending.open(run.folder(), RunContext.spent(state))
                : Spending.unwritten();
        MetricsLog log =
            run.leads() ? MetricsLog.continueAfter(run, state) : MetricsLog.unwritten();
        BatchLoader loader =
            new BatchLoader(
                order.share(run.ranks().rank(), run.ranks().size(), plan.getGradientAccumulation()),
                data.imageOfTraining(),
                images,
                state.getStep(),
                totalSteps,
                plan.getDataThreads());
        checkpoints) {
      announce();
      if (state.getStep() == 0) {
        data.unreadable().forEach(reason -> log.unreadable(0, reason));
      } else {
        betweenSteps(log);
      }
      while (state.getStep() < totalSteps && !outOfPatience()) {
        step(loader, log, spending);
        betweenSteps(log);
      }
      lastCheckpoint();
    }
    run.state().update(p -> p.setTotalSteps(state.getStep())); // fewer when patience ended
  }

  /** What is due after a step and not in the newest checkpoint yet; also after a resume. */
  private void betweenSteps(MetricsLog log) throws InterruptedException {
    checkpoints.look();
    boolean better = validationDue() && validate(log);
    boolean evaluate = evaluations.due(state.getStep());
    boolean due =
        checkpoints.step() == state.getStep()
            ? !checkpoints.knows(state)
            : checkpoints.due(state.getStep()) || evaluate;
    if (better || due) {
      checkpoint(better);
    }
    stopIfAsked();
    if (evaluate) {
      if (run.leads()) {
        evaluations.during(checkpoints.newest(), learner);
        run.ranks().barrier();
      } else {
        run.awaitLeader();
      }
      run.state().phase(Phase.TRAINING);
    }
  }

  private void announce() {
    run.reportLost(state);
    run.state()
        .update(
            p ->
                p.setPhase(Phase.TRAINING)
                    .setTotalSteps(totalSteps)
                    .setUnreadableImages(state.getUnreadableImagesCount()));
  }

  private void step(BatchLoader loader, MetricsLog log, Spending spending)
      throws InterruptedException {
    long started = System.nanoTime();
    Batch batch = loader.next();
    double waited = (System.nanoTime() - started) / 1e9;
    StepResult result = stepper.step(batch);
    StepTime time = result.time().withData(waited);
    double seconds = time.total();
    loss = result.loss();
    double learningRate = stepper.learningRate(state.getStep());
    long step = state.getStep() + 1;
    state
        .setStep(step)
        .setEpoch(order.epoch(step))
        .setSamplesSeen(state.getSamplesSeen() + plan.getBatchSize())
        .setSkippedSteps(state.getSkippedSteps() + (result.skipped() ? 1 : 0))
        .setSkippedInARow(result.skipped() ? state.getSkippedInARow() + 1 : 0)
        .setCountedFlops(state.getCountedFlops() + flopsPerStep())
        .setTrainingSeconds(state.getTrainingSeconds() + seconds);
    spending.add(new Spending.Amount(flopsPerStep(), seconds));
    speed.add(time);
    if (step % plan.getLogEverySteps() == 0 || step == totalSteps || result.skipped()) {
      log.step(step, result, learningRate, speed.sinceLastLine(), state.getSkippedSteps());
    }
    speed.tell(run.state(), state, result, learningRate, totalSteps);
    giveUpIfBroken(result);
  }

  private void giveUpIfBroken(StepResult result) {
    if (state.getSkippedInARow() >= MAX_SKIPPED_IN_A_ROW) {
      throw TrainerException.invalid(
          "loss is %s and the gradient's norm %s at step %d, and not finite at the %d steps before: spec.training.nonFinitePolicy skip-step gives up"
              .formatted(
                  result.loss(), result.gradientNorm(), state.getStep(), MAX_SKIPPED_IN_A_ROW - 1));
    }
  }

  private double flopsPerStep() {
    return (double) run.plan().getCost().getTrainingFlopsPerSample() * plan.getBatchSize();
  }

  private boolean validationDue() {
    ValidationPlan every = run.plan().getValidation();
    return validator.isPresent()
        && state.getValidatedStep() < state.getStep()
        && (state.getStep() % every.getEverySteps() == 0 || state.getStep() == totalSteps);
  }

  /** Whether the model is better than at every validation before. */
  private boolean validate(MetricsLog log) throws InterruptedException {
    run.state().phase(Phase.VALIDATING);
    Measured measured = validator.orElseThrow().measure(run.manager(), run.stop());
    if (run.stopsTogether()) {
      return false; // a part of the split decides nothing; after the resume it is due again
    }
    double value = validator.orElseThrow().value(measured);
    validation = OptionalDouble.of(value);
    state.setValidatedStep(state.getStep());
    log.validation(state.getStep(), measured);
    run.state().update(p -> p.setValidation(value));
    return validator.orElseThrow().choose(state, value);
  }

  private boolean outOfPatience() {
    int patience = run.plan().getValidation().getPatience();
    return patience > 0 && state.getValidationsWithoutImprovement() >= patience;
  }

  /** Without a validation split the newest checkpoint is the best one. */
  private void checkpoint(boolean better) {
    double seconds =
        checkpoints.write(
            state.build(), optimizer.state(), loss, validation, better || validator.isEmpty());
    speed.waited(seconds);
    run.state().update(p -> p.setCheckpointSeconds(seconds));
    run.reportLost(state); // an attempt that this one has superseded may have gone on for a while
  }

  private void lastCheckpoint() {
    if (checkpoints.step() < state.getStep()) {
      checkpoint(false);
    }
    checkpoints.settle();
  }

  private void stopIfAsked() {
    if (!run.stopsTogether()) {
      return;
    }
    lastCheckpoint();
    throw TrainerException.stopped(
        "stopped on request after step %d, checkpoint written".formatted(state.getStep()));
  }
}
