package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.LossPoint;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.FingerprintFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.progress.MetricsFile;
import java.util.List;
import java.util.Optional;

/** Which benchmarks are due when, and how the model introduces itself to the evaluator. */
final class Evaluations {

  private static final int MAX_LOSS_POINTS = 1000;

  private final RunContext run;
  private final Optional<EvaluatorClient> client;
  private final Preprocessing preprocessing;

  /**
   * Makes the evaluations of a plan.
   *
   * @throws TrainerException code 2 if the plan has some and there is no evaluator
   */
  Evaluations(RunContext run, Optional<EvaluatorClient> client, Preprocessing preprocessing) {
    if (run.plan().getEvaluationsCount() > 0 && client.isEmpty()) {
      throw TrainerException.invalid(
          "--evaluator must be given: the plan has %d evaluations"
              .formatted(run.plan().getEvaluationsCount()));
    }
    this.run = run;
    this.client = client;
    this.preprocessing = preprocessing;
  }

  /** Whether a benchmark asks after this many steps, while training goes on. */
  boolean due(long step) {
    return run.plan().getEvaluationsList().stream().anyMatch(e -> due(e, step));
  }

  private static boolean due(EvaluationPlan evaluation, long step) {
    return step > 0 && evaluation.getEverySteps() > 0 && step % evaluation.getEverySteps() == 0;
  }

  /** The benchmarks that are due after a checkpoint's steps. */
  void during(Checkpoint checkpoint, Learner learner) {
    run(
        checkpoint,
        learner,
        run.plan().getEvaluationsList().stream().filter(e -> due(e, checkpoint.step())).toList());
  }

  /** Every benchmark, with the checkpoint that the run ends with. */
  void atEnd(Checkpoint checkpoint, Learner learner) {
    run(checkpoint, learner, run.plan().getEvaluationsList());
  }

  private void run(Checkpoint checkpoint, Learner learner, List<EvaluationPlan> evaluations) {
    if (evaluations.isEmpty()) {
      return;
    }
    var fingerprints = FingerprintFile.read(checkpoint.file(Checkpoint.FINGERPRINTS));
    RunCard card = card(checkpoint, learner);
    var model = learner.answerer(preprocessing);
    for (EvaluationPlan evaluation : evaluations) {
      Hello hello =
          Hello.newBuilder()
              .setNamespace(run.plan().getNamespace())
              .setRun(run.plan().getName())
              .setCheckpointDigest(checkpoint.digest())
              .setStep(checkpoint.step())
              .setTask(evaluation.getTask())
              .addAllProtocols(evaluation.getProtocolsList())
              .setDecoding("argmax")
              .setPrecision(precision())
              .setCard(card)
              .setContaminationUnknown(checkpoint.manifest().getContaminationUnknown())
              .build();
      client.orElseThrow().evaluate(hello, fingerprints, model, run.state(), run.stop());
    }
  }

  private Precision precision() {
    return run.plan().hasTraining() ? run.plan().getTraining().getPrecision() : Precision.FP32;
  }

  private RunCard card(Checkpoint checkpoint, Learner learner) {
    double seconds = checkpoint.state().getTrainingSeconds();
    RunCard.Builder card =
        RunCard.newBuilder()
            .setPlanDigest(run.plan().getDigest())
            .setParameters(learner.cost().parameters())
            .setTrainingSeconds(seconds)
            .setPeakPfDays(run.peakPfDays(seconds))
            .setCountedPfDays(RunContext.countedPfDays(checkpoint.state().getCountedFlops()));
    for (MetricsFile.StepLoss point : MetricsFile.losses(run.folder().metrics(), MAX_LOSS_POINTS)) {
      card.addLoss(LossPoint.newBuilder().setStep(point.step()).setLoss(point.loss()));
    }
    return card.build();
  }
}
