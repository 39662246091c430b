package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.InitPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ScheduleKind;
import dev.xfolds.contract.v1.SchedulePlan;
import dev.xfolds.contract.v1.Sharding;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks every field that the trainer relies on. The operator has checked the spec before; this
 * guards against a plan that something else wrote.
 */
public final class PlanCheck {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern TASK = Pattern.compile("[a-z0-9-]+@[0-9]+");
  private static final Set<DataFormat> CAPTIONS =
      Set.of(DataFormat.PHANTOM_CAPTIONS, DataFormat.CAPTIONS_CSV, DataFormat.CAPTIONS_JSONL);
  private static final Set<DataFormat> PHANTOMS =
      Set.of(DataFormat.PHANTOM_CAPTIONS, DataFormat.PHANTOM_VQA);

  private static final List<ModelPart> CLIP_PARTS =
      List.of(ModelPart.IMAGE_TOWER, ModelPart.TEXT_TOWER);
  private static final List<ModelPart> VQA_PARTS =
      List.of(
          ModelPart.IMAGE_TOWER,
          ModelPart.QUESTION_ENCODER,
          ModelPart.FUSION,
          ModelPart.CLASSIFIER);

  private PlanCheck() {}

  /**
   * Checks a whole plan.
   *
   * @throws TrainerException code 2 with every problem, a line each
   */
  public static void check(RunPlan plan) {
    List<String> problems = problems(plan);
    if (!problems.isEmpty()) {
      throw TrainerException.invalid(String.join("\n", problems));
    }
  }

  static List<String> problems(RunPlan plan) {
    Problems problems = new Problems();
    name(problems, "namespace", plan.getNamespace());
    name(problems, "name", plan.getName());
    ModelCheck.model(problems, plan.getModel());
    if (plan.hasInitFrom()) {
      init(problems, plan);
    }
    data(problems, plan);
    if (plan.hasTraining()) {
      training(problems, plan);
    } else {
      problems.require(
          plan.hasInitFrom(), "init_from", "present in a plan without training", "absent");
    }
    if (plan.hasValidation()) {
      validation(problems, plan);
    }
    parallelism(problems, plan);
    evaluations(problems, plan);
    problems.positive("checkpoint.every_steps", plan.getCheckpoint().getEverySteps());
    problems.positive("checkpoint.keep", plan.getCheckpoint().getKeep());
    return problems.found();
  }

  private static void name(Problems problems, String field, String value) {
    problems.require(
        NAME.matcher(value).matches(),
        field,
        "a DNS label (lower-case letters, digits, '-')",
        "\"" + value + "\"");
  }

  private static void init(Problems problems, RunPlan plan) {
    InitPlan init = plan.getInitFrom();
    switch (init.getSourceCase()) {
      case RUN -> {
        name(problems, "init_from.run", init.getRun());
        problems.require(
            !init.getRun().equals(plan.getName()), "init_from.run", "another run", init.getRun());
      }
      case CHECKPOINT ->
          problems.relative("init_from.checkpoint.path", init.getCheckpoint().getPath());
      case SOURCE_NOT_SET ->
          problems.require(false, "init_from.source", "run or checkpoint", "absent");
    }
    problems.require(init.getPartsCount() > 0, "init_from.parts", "at least one part", "none");
    parts(problems, "init_from.parts", init.getPartsList(), plan);
  }

  private static void parts(Problems problems, String field, List<ModelPart> parts, RunPlan plan) {
    problems.require(
        partsOfModel(plan).containsAll(parts), field, "parts of " + partsOfModel(plan), parts);
  }

  private static List<ModelPart> partsOfModel(RunPlan plan) {
    return plan.getModel().hasClip() ? CLIP_PARTS : VQA_PARTS;
  }

  private static void data(Problems problems, RunPlan plan) {
    problems.require(
        plan.getDataCount() > 0 || !plan.hasTraining(), "data", "at least one data set", "none");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < plan.getDataCount(); i++) {
      DataPlan data = plan.getData(i);
      String field = "data[%d]".formatted(i);
      problems.require(
          names.add(data.getName()), field + ".name", "unique", "\"" + data.getName() + "\" again");
      dataSet(problems, field, data, plan);
      problems.require(
          data.getWeight() > 0 && data.getWeight() <= 1000,
          field + ".weight",
          "above 0 and at most 1000",
          data.getWeight());
    }
    if (plan.getValidation().hasData()) {
      dataSet(problems, "validation.data", plan.getValidation().getData(), plan);
    }
  }

  private static void dataSet(Problems problems, String field, DataPlan data, RunPlan plan) {
    name(problems, field + ".name", data.getName());
    DataFormat format = data.getFormat();
    boolean captions = plan.getModel().hasClip();
    problems.require(
        CAPTIONS.contains(format) == captions
            && format != DataFormat.DATA_FORMAT_UNSPECIFIED
            && format != DataFormat.UNRECOGNIZED,
        field + ".format",
        captions
            ? "a format with captions for a CLIP model"
            : "a format with questions for a VQA classifier",
        format);
    if (PHANTOMS.contains(format)) {
      problems.positive(field + ".phantom.images", data.getPhantom().getImages());
      problems.positive(field + ".phantom.image_size", data.getPhantom().getImageSize());
    } else {
      problems.require(
          !data.getFilesMap().isEmpty(), field + ".files", "a file for each role", "empty");
      data.getFilesMap().forEach((role, path) -> problems.relative(field + ".files." + role, path));
    }
    problems.require(
        data.getExcludeImagesOfCount() == 0,
        field + ".exclude_images_of",
        "empty: a trainer sees no test images, so it cannot exclude them",
        data.getExcludeImagesOfList());
  }

  private static void training(Problems problems, RunPlan plan) {
    TrainingPlan training = plan.getTraining();
    problems.require(
        training.getSteps() > 0 != training.getEpochs() > 0,
        "training.steps",
        "positive, or training.epochs, and not both",
        "%d and %d".formatted(training.getSteps(), training.getEpochs()));
    problems.positive("training.batch_size", training.getBatchSize());
    problems.positive("training.gradient_accumulation", training.getGradientAccumulation());
    problems.divides(
        "training.batch_size",
        training.getBatchSize(),
        "gradient_accumulation",
        training.getGradientAccumulation());
    problems.require(
        !plan.getModel().hasClip()
            || training.getBatchSize() >= 2L * training.getGradientAccumulation(),
        "training.batch_size",
        "at least 2 per micro-batch for a CLIP model, which compares the pairs of a batch",
        training.getBatchSize());
    OptimizerCheck.check(problems, training);
    SchedulePlan schedule = training.getSchedule();
    problems.require(
        schedule.getKind() != ScheduleKind.SCHEDULE_KIND_UNSPECIFIED
            && schedule.getKind() != ScheduleKind.UNRECOGNIZED,
        "training.schedule.kind",
        "CONSTANT, LINEAR or COSINE",
        schedule.getKind());
    problems.notNegative("training.schedule.warmup_steps", schedule.getWarmupSteps());
    problems.require(
        schedule.getFinalFraction() >= 0 && schedule.getFinalFraction() <= 1,
        "training.schedule.final_fraction",
        "from 0 to 1",
        schedule.getFinalFraction());
    problems.notNegative("training.gradient_clip", training.getGradientClip());
    problems.require(
        training.getNonFinitePolicy() == NonFinitePolicy.STOP
            || training.getNonFinitePolicy() == NonFinitePolicy.SKIP_STEP,
        "training.non_finite_policy",
        "STOP or SKIP_STEP",
        training.getNonFinitePolicy());
    problems.positive("training.threads", training.getThreads());
    problems.positive("training.data_threads", training.getDataThreads());
    problems.positive("training.log_every_steps", training.getLogEverySteps());
    problems.notNegative("training.max_unreadable_images", training.getMaxUnreadableImages());
    problems.require(
        training.getPrecision() == Precision.FP32 || training.getPrecision() == Precision.BF16,
        "training.precision",
        "FP32 or BF16",
        training.getPrecision());
    parts(problems, "training.frozen", training.getFrozenList(), plan);
    problems.require(
        !training.getFrozenList().containsAll(partsOfModel(plan)),
        "training.frozen",
        "without a part that is trained",
        training.getFrozenList());
  }

  private static void validation(Problems problems, RunPlan plan) {
    ValidationPlan validation = plan.getValidation();
    problems.require(
        plan.hasTraining(), "validation", "absent in a plan without training", "present");
    switch (validation.getSourceCase()) {
      case FRACTION ->
          problems.require(
              validation.getFraction() > 0 && validation.getFraction() < 1,
              "validation.fraction",
              "above 0 and below 1",
              validation.getFraction());
      case DATA -> {}
      case SOURCE_NOT_SET ->
          problems.require(false, "validation.source", "fraction or data", "absent");
    }
    problems.positive("validation.every_steps", validation.getEverySteps());
    problems.notNegative("validation.patience", validation.getPatience());
    boolean clip = plan.getModel().hasClip();
    problems.require(
        validation.getMetric().equals("loss")
            || (validation.getMetric().equals("accuracy") && !clip),
        "validation.metric",
        clip ? "\"loss\" for a CLIP model" : "\"loss\" or \"accuracy\"",
        "\"" + validation.getMetric() + "\"");
  }

  private static void parallelism(Problems problems, RunPlan plan) {
    problems.positive("parallelism.workers", plan.getParallelism().getWorkers());
    problems.positive("parallelism.ranks_per_worker", plan.getParallelism().getRanksPerWorker());
    WorldSize size = WorldSize.of(plan);
    if (size.ranks() > 1) {
      severalRanks(problems, plan, size);
    }
    problems.require(
        plan.getParallelism().getActivationCheckpointing() != ActivationCheckpointing.UNRECOGNIZED,
        "parallelism.activation_checkpointing",
        "absent or TRANSFORMER_BLOCKS",
        plan.getParallelism().getActivationCheckpointing());
    problems.require(
        plan.getParallelism().getSharding() != Sharding.UNRECOGNIZED,
        "parallelism.sharding",
        "absent, ZERO1 or ZERO2",
        plan.getParallelism().getSharding());
  }

  private static void severalRanks(Problems problems, RunPlan plan, WorldSize size) {
    if (!plan.hasTraining()) {
      String alone = "1 in a plan without training";
      problems.require(size.workers() == 1, "parallelism.workers", alone, size.workers());
      problems.require(
          size.ranksPerWorker() == 1, "parallelism.ranks_per_worker", alone, size.ranksPerWorker());
      return;
    }
    TrainingPlan training = plan.getTraining();
    long share = (long) size.ranks() * Math.max(1, training.getGradientAccumulation());
    String of = size.ranksPerWorker() == 1 ? "workers" : "workers x ranks_per_worker";
    problems.require(
        training.getBatchSize() % share == 0,
        "training.batch_size",
        "a multiple of %s x gradient_accumulation (%d), so that every rank has an equal share"
            .formatted(of, share),
        training.getBatchSize());
  }

  private static void evaluations(Problems problems, RunPlan plan) {
    Set<String> tasks = new HashSet<>();
    for (int i = 0; i < plan.getEvaluationsCount(); i++) {
      EvaluationPlan evaluation = plan.getEvaluations(i);
      String field = "evaluations[%d]".formatted(i);
      problems.require(
          TASK.matcher(evaluation.getTask()).matches(),
          field + ".task",
          "name@version",
          "\"" + evaluation.getTask() + "\"");
      problems.require(
          tasks.add(evaluation.getTask()),
          field + ".task",
          "unique",
          "\"" + evaluation.getTask() + "\" again");
      problems.require(
          evaluation.getProtocolsCount() > 0,
          field + ".protocols",
          "at least one protocol",
          "none");
      problems.notNegative(field + ".every_steps", evaluation.getEverySteps());
    }
  }
}
