package dev.xfolds.operator.metrics;

import java.util.List;
import java.util.stream.Stream;

/** Every metric of a run, a gauge each: a run that resumes may go back to its checkpoint. */
public enum RunMetric {
  INFO("info", "1, with what the run trains", "model"),
  STATE("state", "1 for the state that the run is in", "state"),
  CONDITION(
      "condition",
      "1 for what a condition is now, with its reason",
      "condition",
      "status",
      "reason"),
  CREATED("created_timestamp_seconds", "When the TrainingRun was created"),
  WAITING(
      "waiting_seconds",
      "How long the run has been waiting for its source, its queue, a node, images or its back-off;"
          + " 0 while it works, is suspended or has ended"),
  ATTEMPTS("attempts", "Starts of the trainer"),
  RESTARTS("restarts", "Failures that another attempt followed"),
  STEP("step", "Optimizer steps done"),
  STEPS("steps", "Optimizer steps of the whole run"),
  ETA("eta_seconds", "Time until the last step"),
  LOSS("loss", "Training loss of the latest step"),
  LEARNING_RATE("learning_rate", "Learning rate of the latest step"),
  GRADIENT_NORM("gradient_norm", "Global norm of the gradient before clipping"),
  VALIDATION("validation", "Latest value of the validation metric"),
  SAMPLES_PER_SECOND("samples_per_second", "Training samples a second, a moving average"),
  DATA_WAIT("data_wait_ratio", "Share of a step's time that waits for its batch, a moving average"),
  STEP_SECONDS(
      "step_seconds",
      "Where a step's time goes, moving averages: data (waiting for it), forward, backward, optimizer",
      "phase"),
  CHECKPOINT_SECONDS("checkpoint_seconds", "How long training waited for the newest checkpoint"),
  MEMORY(
      "memory_bytes",
      "Memory of rank 0's process: heap in use, and native, the rest of what is resident",
      "kind"),
  CHECKPOINT_STEP("checkpoint_step", "Step of the newest checkpoint"),
  CHECKPOINT_AGE("checkpoint_age_seconds", "Since the newest checkpoint was written"),
  SKIPPED("skipped_steps", "Steps without a move, because loss or gradient was not finite"),
  UNREADABLE("unreadable_images", "Images that could not be decoded"),
  MFU("mfu_ratio", "Counted and lost by peak FLOPs of the training steps, over the whole run"),
  COUNTED_FLOPS("counted_flops", "FLOPs of the model for the samples seen"),
  COUNTED_PF_DAYS("counted_pf_days", "The same, in petaflop-days"),
  LOST_PF_DAYS("lost_pf_days", "The same for steps that a crash undid, in petaflop-days"),
  PEAK_PF_DAYS("peak_pf_days", "Device-seconds at the peak of the precision, in petaflop-days"),
  DEVICE_SECONDS("device_seconds", "Training steps' time, times devices"),
  QUESTIONS_ANSWERED("questions_answered", "Questions answered in the newest evaluation"),
  QUESTIONS("questions", "Questions of the newest evaluation"),
  SCORE("score", "Score over all questions", Labels.SCORE),
  SCORE_CI_LOW("score_ci_low", "Lower end of its 95 % interval, clustered by image", Labels.SCORE),
  SCORE_CI_HIGH("score_ci_high", "Upper end of its interval", Labels.SCORE),
  SCORE_QUESTIONS("score_questions", "Questions that the score is about", Labels.SCORE),
  SCORE_STEP("score_step", "Step of the checkpoint whose score it is", Labels.SCORE),
  PROGRESS_AGE("progress_age_seconds", "Since rank 0 last told its progress"),
  TRAINER_UP("trainer_up", "Whether rank 0 of the running attempt answers the operator"),
  EVALUATOR_UP("evaluator_up", "Whether the evaluator of a run that may run answers the operator");

  private final String metric;
  private final String help;
  private final String labels;

  RunMetric(String name, String help, String... labels) {
    this.metric = "xfolds_run_" + name;
    this.help = help;
    this.labels = String.join(" ", labels);
  }

  public String metric() {
    return metric;
  }

  public String help() {
    return help;
  }

  /** Names of the labels; the first two say whose run it is. */
  public List<String> labels() {
    return Stream.concat(
            Stream.of("run_namespace", "run"),
            Stream.of(labels.split(" ")).filter(label -> !label.isEmpty()))
        .toList();
  }

  /** Of scores; {@code subject} is the model, or a baseline that sees no pixels. */
  private static final class Labels {
    static final String SCORE = "task protocol metric subject";
  }
}
