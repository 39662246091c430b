package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.FingerprintFile;
import dev.xfolds.trainer.checkpoint.FinishedRun;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.checkpoint.Spending;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.data.BatchOrder;
import dev.xfolds.trainer.data.FeatureStore;
import dev.xfolds.trainer.data.ImageTensors;
import dev.xfolds.trainer.data.KnownImages;
import dev.xfolds.trainer.data.PixelTensors;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.TrainingData;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.progress.RunState;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One attempt of a run: from a checked plan to its last checkpoint and its reports. */
public final class TrainerRun {

  /**
   * Where an attempt works.
   *
   * @param runs root of the trainer's volume
   * @param evaluator absent without evaluations
   * @param ranks all processes of the attempt
   */
  public record Place(
      Path runs,
      Volumes volumes,
      long attempt,
      Optional<EvaluatorClient> evaluator,
      Collectives ranks) {}

  /** What decoded images may use of the heap. */
  private static final long KEPT_PIXELS = Runtime.getRuntime().maxMemory() / 4;

  private final Place place;
  private final RunContext run;
  private final Learners learners;
  private final Preprocessing preprocessing;
  private final Evaluations evaluations;

  private TrainerRun(Place place, RunContext run) {
    this.place = place;
    this.run = run;
    this.learners = new Learners(run.plan(), place.volumes(), run.manager(), run.ranks());
    this.preprocessing = Preprocessing.of(imageTower(run.plan().getModel()));
    this.evaluations = new Evaluations(run, place.evaluator(), preprocessing);
  }

  private static ImageTowerPlan imageTower(ModelPlan model) {
    return model.hasClip() ? model.getClip().getImage() : model.getVqaClassifier().getImage();
  }

  /**
   * Claims the run's folder and does what is left to do; nothing if all is done.
   *
   * @throws dev.xfolds.trainer.config.TrainerException with the code of how the attempt ended
   */
  public static void execute(
      RunPlan plan, Place place, RunState state, BooleanSupplier stop, InstantSource clock)
      throws InterruptedException {
    CheckpointStore store = claim(plan, place);
    Ops.setThreads(threads(plan));
    Autograd.recordNothing();
    try (NDManager manager = NDManager.newBaseManager()) {
      RunContext run =
          new RunContext(
              plan,
              store.run(),
              place.attempt(),
              store,
              state,
              stop,
              clock,
              manager,
              place.ranks());
      new TrainerRun(place, run).finish();
    }
  }

  /** Rank 0 claims the folder, and clears it, before another rank looks at it. */
  private static CheckpointStore claim(RunPlan plan, Place place) {
    Collectives ranks = place.ranks();
    if (ranks.rank() == 0) {
      RunFolder folder = RunFolder.claim(place.runs(), plan, place.attempt());
      CheckpointStore store = new CheckpointStore(folder, plan.getCheckpoint().getKeep());
      ranks.barrier();
      return store;
    }
    ranks.barrier();
    return CheckpointStore.reading(RunFolder.follow(place.runs(), plan, place.attempt()));
  }

  private static int threads(RunPlan plan) {
    return plan.hasTraining()
        ? plan.getTraining().getThreads()
        : Runtime.getRuntime().availableProcessors();
  }

  /** Rank 0 alone has anything to do behind the last step. */
  private void finish() throws InterruptedException {
    Optional<FinishedRun> before = FinishedRun.read(run.folder());
    if (run.leads()) {
      finish(before);
    } else if (before.isEmpty()) {
      learn();
    }
  }

  /** An evaluator may have lost what a finished run had told it, so it is asked in any case. */
  private void finish(Optional<FinishedRun> before) throws InterruptedException {
    if (before.isPresent()) {
      Checkpoint best = bestOf(before.get());
      Checkpoint last = run.store().latest().orElse(best);
      run.report(last);
      run.reportLost(last.state());
      run.state().update(p -> p.setTotalSteps(p.getStep()));
      evaluations.atEnd(best, learners.of(best));
    } else {
      Learner learner = learn();
      Checkpoint best = chosen();
      Learners.load(learner, best);
      evaluations.atEnd(best, learner);
      finished(best, learner).write(run.folder());
    }
    run.state().update(p -> p.setPhase(Phase.FINISHED).setEtaSeconds(0));
  }

  /** Only validation may choose: where its choice is damaged, no other takes its place. */
  private Checkpoint chosen() {
    Checkpoint best = run.store().best().orElseThrow();
    long chosen = run.store().latest().orElseThrow().state().getBestStep();
    if (run.plan().hasValidation() && chosen > 0 && chosen != best.step()) {
      throw TrainerException.invalid(
          "%s must hold the checkpoint of step %d, which validation has chosen; it is damaged or gone: move the run's folder away to start again"
              .formatted(run.folder().checkpoints(), chosen));
    }
    return best;
  }

  private Checkpoint bestOf(FinishedRun finished) {
    return run.store()
        .best()
        .filter(best -> best.digest().equals(finished.checkpointDigest()))
        .orElseThrow(
            () ->
                TrainerException.invalid(
                    "%s must hold the checkpoint of step %d (digest %s) with which this run finished; move the run's folder away to start again"
                        .formatted(
                            run.folder().checkpoints(),
                            finished.step(),
                            finished.checkpointDigest())));
  }

  /** Does what is left up to the last checkpoint. */
  private Learner learn() throws InterruptedException {
    Optional<Checkpoint> latest = latest();
    latest.ifPresent(run::report); // whoever stops while data are loaded tells where the run is
    if (run.plan().hasTraining()) {
      return train(latest);
    }
    return latest.isPresent() ? learners.of(latest.get()) : takeOver();
  }

  /** The one that rank 0 has found. */
  private Optional<Checkpoint> latest() {
    Optional<Checkpoint> found = run.leads() ? run.store().latest() : Optional.empty();
    long own = run.leads() ? found.map(Checkpoint::step).orElse(-1L) : 0;
    double step = run.ranks().allReduce((double) own)[0];
    return run.leads() || step < 0 ? found : Optional.of(run.store().of((long) step));
  }

  /** Time and FLOPs of the whole run, the checkpoint of its best step. */
  private FinishedRun finished(Checkpoint best, Learner learner) {
    TrainingState last = run.store().latest().orElseThrow().state();
    Spending.Amount lost = run.reportLost(last);
    return new FinishedRun(
        best.step(),
        best.digest(),
        learner.cost().parameters(),
        last.getTrainingSeconds() + lost.seconds(),
        RunContext.countedPfDays(last.getCountedFlops()),
        RunContext.countedPfDays(lost.flops()),
        run.peakPfDays(last.getTrainingSeconds() + lost.seconds()));
  }

  /** A plan that only evaluates: the weights become the run's one checkpoint. */
  private Learner takeOver() {
    Origin origin = origin().orElseThrow();
    Learner learner = learners.fresh(List.of(), Optional.of(origin));
    CheckpointWriter writer =
        new CheckpointWriter(run, learner, origin.fingerprints(), origin.contaminationUnknown());
    writer.tell(
        writer.publish(
            writer.draft(
                TrainingState.getDefaultInstance(), Map.of(), 0, OptionalDouble.empty(), true)));
    return learner;
  }

  private Optional<Origin> origin() {
    Optional<Origin> origin = Origin.of(run.plan(), place.runs(), place.volumes());
    if (!run.plan().hasTraining()) {
      origin.orElseThrow().mustBeWhole(run.plan().getModel());
    }
    return origin;
  }

  private Learner train(Optional<Checkpoint> latest) throws InterruptedException {
    TrainingData data =
        TrainingData.load(run.plan(), place.volumes(), latest.map(this::known), this::seen);
    BatchOrder order =
        new BatchOrder(
            run.plan().getTraining().getSeed(),
            data.weights(),
            run.plan().getTraining().getBatchSize());
    Optional<Origin> origin = latest.isPresent() ? Optional.empty() : origin();
    Learner learner =
        latest.isPresent() ? learners.of(latest.get()) : learners.fresh(data.training(), origin);
    List<Fingerprint> fingerprints =
        latest.isPresent() ? data.fingerprints() : joined(data, origin);
    boolean unknown =
        latest
            .map(c -> c.manifest().getContaminationUnknown())
            .orElseGet(() -> origin.map(Origin::contaminationUnknown).orElse(false));
    SameStart.check(run.ranks(), data.training().size(), learner.parameters());
    CheckpointWriter checkpoints = new CheckpointWriter(run, learner, fingerprints, unknown);
    PixelTensors pixels =
        new PixelTensors(data.images(), preprocessing, learner.frozenImages() ? 0 : KEPT_PIXELS);
    try (FeatureStore features = learner.frozenImages() ? features(learner, pixels, data) : null) {
      ImageTensors images = features == null ? pixels : features;
      new TrainingLoop(run, learner, data, order, images, checkpoints, evaluations, latest).run();
    }
    return learner;
  }

  private FeatureStore features(Learner learner, PixelTensors pixels, TrainingData data)
      throws InterruptedException {
    return FrozenFeatures.compute(run, learner, pixels, data.images().size());
  }

  private KnownImages known(Checkpoint checkpoint) {
    return new KnownImages(
        checkpoint.state().getUnreadableImagesList(),
        FingerprintFile.read(checkpoint.file(Checkpoint.FINGERPRINTS)));
  }

  /** Shows that the process is alive, and ends it early on request. */
  private synchronized void seen() {
    run.state().update(p -> {});
    if (run.stop().getAsBoolean()) {
      throw TrainerException.stopped(
          "stopped on request before training began%s"
              .formatted(
                  run.state().progress().getCheckpointStep() < 0
                      ? ", there is no checkpoint yet"
                      : ""));
    }
  }

  /** What this run trains on, and what its weights were trained on before. */
  private static List<Fingerprint> joined(TrainingData data, Optional<Origin> origin) {
    Set<Fingerprint> all = new LinkedHashSet<>(data.fingerprints());
    origin.ifPresent(o -> all.addAll(o.fingerprints()));
    return List.copyOf(all);
  }
}
