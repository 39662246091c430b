package dev.xfolds.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.trainer.testing.TestPlans;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PlanCheckTest {

  @Test
  void plansWithoutProblemsPass() {
    assertThat(PlanCheck.problems(TestPlans.clip().build())).isEmpty();
    assertThat(PlanCheck.problems(TestPlans.vqa().build())).isEmpty();
    RunPlan.Builder evaluateOnly = TestPlans.vqa().clearTraining().clearValidation().clearData();
    evaluateOnly.getInitFromBuilder().setRun("other").addParts(ModelPart.FUSION);
    assertThat(PlanCheck.problems(evaluateOnly.build())).isEmpty();
  }

  @Test
  void everyProblemIsToldAtOnce() {
    RunPlan plan = RunPlan.getDefaultInstance();
    assertThatThrownBy(() -> PlanCheck.check(plan))
        .isInstanceOfSatisfying(
            TrainerException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ExitCode.INVALID);
              assertThat(e.getMessage().lines())
                  .containsExactly(
                      "namespace must be a DNS label (lower-case letters, digits, '-'), was \"\"",
                      "name must be a DNS label (lower-case letters, digits, '-'), was \"\"",
                      "model must be clip or vqa_classifier, was absent",
                      "init_from must be present in a plan without training, was absent",
                      "parallelism.workers must be positive, was 0",
                      "parallelism.ranks_per_worker must be positive, was 0",
                      "checkpoint.every_steps must be positive, was 0",
                      "checkpoint.keep must be positive, was 0");
            });
  }

  private static Arguments plan(String problem, Consumer<RunPlan.Builder> change) {
    return arguments(problem, TestPlans.vqa(), change);
  }

  private static Arguments clip(String problem, Consumer<ClipPlan.Builder> change) {
    Consumer<RunPlan.Builder> inPlan = p -> change.accept(p.getModelBuilder().getClipBuilder());
    return arguments("model.clip." + problem, TestPlans.clip(), inPlan);
  }

  private static Arguments vqa(String problem, Consumer<VqaClassifierPlan.Builder> change) {
    Consumer<RunPlan.Builder> inPlan =
        p -> change.accept(p.getModelBuilder().getVqaClassifierBuilder());
    return arguments("model.vqa_classifier." + problem, TestPlans.vqa(), inPlan);
  }

  private static Arguments data(String problem, Consumer<DataPlan.Builder> change) {
    return plan("data[0]." + problem, p -> change.accept(p.getDataBuilder(0)));
  }

  private static Arguments training(String problem, Consumer<TrainingPlan.Builder> change) {
    return plan("training." + problem, p -> change.accept(p.getTrainingBuilder()));
  }

  static Stream<Arguments> clipModel() {
    return Stream.of(
        clip("projection_width must be positive, was 0", c -> c.setProjectionWidth(0)),
        clip("logit_scale_init must be finite, was NaN", c -> c.setLogitScaleInit(Double.NaN)),
        clip("logit_scale_max must be positive, was -1.0", c -> c.setLogitScaleMax(-1)),
        clip(
            "logit_scale_max must be positive, was Infinity",
            c -> c.setLogitScaleMax(Double.POSITIVE_INFINITY)),
        clip(
            "tokenizer must be byte_pair or word_piece, was absent",
            ClipPlan.Builder::clearTokenizer),
        clip(
            "tokenizer.byte_pair.path must be a path below its volume, was \"../bpe.gz\"",
            c -> c.getTokenizerBuilder().getBytePairBuilder().setPath("../bpe.gz")),
        clip(
            "tokenizer.word_piece.minimum_frequency must be positive, was 0",
            c -> c.getTokenizerBuilder().getWordPieceBuilder().setMinimumFrequency(0)),
        clip("image must be vit or resnet, was absent", c -> c.getImageBuilder().clearVit()),
        clip(
            "image.mean must be three values, was [0.5]",
            c -> c.getImageBuilder().clearMean().addMean(0.5)),
        clip(
            "image.mean must be three values, was [NaN, 0.5, 0.5]",
            c -> c.getImageBuilder().setMean(0, Double.NaN)),
        clip(
            "image.std must be three positive values, was [0.25, 0.0, 0.25]",
            c -> c.getImageBuilder().setStd(1, 0)),
        clip(
            "image.image_size must be a multiple of patch_size (8), was 20",
            c -> c.getImageBuilder().setImageSize(20)),
        clip(
            "image.vit.patch_size must be positive, was 0",
            c -> c.getImageBuilder().getVitBuilder().setPatchSize(0)),
        clip(
            "image.vit.width must be a multiple of heads (12), was 100",
            c -> c.getImageBuilder().getVitBuilder().setWidth(100).setHeads(12)),
        clip(
            "image.vit.heads must be positive, was 0",
            c -> c.getImageBuilder().getVitBuilder().setHeads(0)),
        clip(
            "image.vit.layers must be positive, was -1",
            c -> c.getImageBuilder().getVitBuilder().setLayers(-1)),
        clip(
            "image.vit.mlp_width must be positive, was 0",
            c -> c.getImageBuilder().getVitBuilder().setMlpWidth(0)),
        clip(
            "image.vit.activation must be GELU or QUICK_GELU, was ACTIVATION_UNSPECIFIED",
            c -> c.getImageBuilder().getVitBuilder().clearActivation()),
        clip(
            "text.context_length must be positive, was 0",
            c -> c.getTextBuilder().setContextLength(0)),
        clip(
            "text.vocabulary_size must be positive, was 0",
            c -> c.getTextBuilder().setVocabularySize(0)),
        clip(
            "text.width must be a multiple of heads (3), was 16",
            c -> c.getTextBuilder().setHeads(3)));
  }

  static Stream<Arguments> vqaModel() {
    return Stream.of(
        vqa("image.image_size must be positive, was 0", v -> v.getImageBuilder().setImageSize(0)),
        vqa(
            "image.image_size must be a multiple of the stride of all stages (8), was 20",
            v -> v.getImageBuilder().setImageSize(20)),
        vqa(
            "image.resnet.width must be even, because the stem halves it, was 15",
            v -> v.getImageBuilder().getResnetBuilder().setWidth(15)),
        vqa(
            "image.resnet.width must be positive, was -8",
            v -> v.getImageBuilder().getResnetBuilder().setWidth(-8)),
        vqa(
            "image.resnet.layers must be one positive number per stage, at most 8, was [1, 0]",
            v -> v.getImageBuilder().getResnetBuilder().setLayers(1, 0)),
        vqa(
            "image.resnet.layers must be one positive number per stage, at most 8, was []",
            v -> v.getImageBuilder().getResnetBuilder().clearLayers()),
        vqa(
            "image.resnet.layers must be one positive number per stage, at most 8, was [1, 1, 1, 1, 1, 1, 1, 1, 1]",
            v -> v.getImageBuilder().getResnetBuilder().addAllLayers(List.of(1, 1, 1, 1, 1, 1, 1))),
        vqa(
            "image.resnet output width must be a multiple of heads (5), was 64",
            v -> v.getImageBuilder().getResnetBuilder().setHeads(5)),
        vqa(
            "question.vocabulary_size must be positive, was 0",
            v -> v.getQuestionBuilder().setVocabularySize(0)),
        vqa(
            "question.max_tokens must be positive, was 0",
            v -> v.getQuestionBuilder().setMaxTokens(0)),
        vqa(
            "question.embedding_width must be positive, was 0",
            v -> v.getQuestionBuilder().setEmbeddingWidth(0)),
        vqa("question.width must be positive, was 0", v -> v.getQuestionBuilder().setWidth(0)),
        vqa(
            "question.minimum_frequency must be positive, was 0",
            v -> v.getQuestionBuilder().setMinimumFrequency(0)),
        vqa(
            "fusion must be stacked or bilinear, was absent",
            VqaClassifierPlan.Builder::clearFusion),
        vqa(
            "fusion.stacked.hops must be positive, was 0",
            v -> v.getFusionBuilder().getStackedBuilder().setHops(0)),
        vqa(
            "fusion.bilinear.glimpses must be positive, was 0",
            v -> v.getFusionBuilder().getBilinearBuilder().setWidth(4)),
        vqa(
            "fusion.bilinear.width must be positive, was 0",
            v -> v.getFusionBuilder().getBilinearBuilder().setGlimpses(2)),
        vqa("classifier_width must be positive, was 0", v -> v.setClassifierWidth(0)),
        vqa("answers must be positive, was 0", v -> v.setAnswers(0)),
        vqa("dropout must be at least 0 and below 1, was 1.0", v -> v.setDropout(1)));
  }

  static Stream<Arguments> dataAndStart() {
    return Stream.of(
        plan(
            "name must be a DNS label (lower-case letters, digits, '-'), was \"../a\"",
            p -> p.setName("../a")),
        plan("data must be at least one data set, was none", RunPlan.Builder::clearData),
        plan("data[1].name must be unique, was \"phantom\" again", p -> p.addData(p.getData(0))),
        data(
            "name must be a DNS label (lower-case letters, digits, '-'), was \"\"",
            DataPlan.Builder::clearName),
        data(
            "format must be a format with questions for a VQA classifier, was CAPTIONS_CSV",
            d -> d.setFormat(DataFormat.CAPTIONS_CSV).putFiles("captions", "a.csv")),
        data(
            "format must be a format with questions for a VQA classifier, was UNRECOGNIZED",
            d -> d.setFormatValue(99).putFiles("questions", "a.json")),
        data("weight must be above 0 and at most 1000, was 0.0", d -> d.setWeight(0)),
        data("weight must be above 0 and at most 1000, was NaN", d -> d.setWeight(Double.NaN)),
        data("phantom.images must be positive, was 0", d -> d.getPhantomBuilder().setImages(0)),
        data(
            "phantom.image_size must be positive, was 0",
            d -> d.getPhantomBuilder().setImageSize(0)),
        data("files must be a file for each role, was empty", d -> d.setFormat(DataFormat.SLAKE)),
        data(
            "files.questions must be a path below its volume, was \"/etc/passwd\"",
            d -> d.setFormat(DataFormat.SLAKE).putFiles("questions", "/etc/passwd")),
        data(
            "files.questions must be a path below its volume, was \"a/../../b\"",
            d -> d.setFormat(DataFormat.SLAKE).putFiles("questions", "a/../../b")),
        data(
            "files.questions must be a path below its volume, was \"a\0b\"",
            d -> d.setFormat(DataFormat.SLAKE).putFiles("questions", "a\0b")),
        data(
            "exclude_images_of must be empty: a trainer sees no test images, so it cannot exclude them, was [vqa-rad@1]",
            d -> d.addExcludeImagesOf("vqa-rad@1")),
        plan(
            "init_from.source must be run or checkpoint, was absent",
            p -> p.getInitFromBuilder().addParts(ModelPart.FUSION)),
        plan(
            "init_from.run must be another run, was run",
            p -> p.getInitFromBuilder().setRun("run").addParts(ModelPart.FUSION)),
        plan(
            "init_from.run must be a DNS label (lower-case letters, digits, '-'), was \"../run\"",
            p -> p.getInitFromBuilder().setRun("../run").addParts(ModelPart.FUSION)),
        plan(
            "init_from.checkpoint.path must be a path below its volume, was \"\"",
            p -> {
              p.getInitFromBuilder().getCheckpointBuilder().setVolume("weights");
              p.getInitFromBuilder().addParts(ModelPart.FUSION);
            }),
        plan(
            "init_from.parts must be at least one part, was none",
            p -> p.getInitFromBuilder().setRun("other")),
        plan(
            "init_from.parts must be parts of [IMAGE_TOWER, QUESTION_ENCODER, FUSION, CLASSIFIER], was [TEXT_TOWER]",
            p -> p.getInitFromBuilder().setRun("other").addParts(ModelPart.TEXT_TOWER)));
  }

  static Stream<Arguments> trainingAndRest() {
    String steps = "steps must be positive, or training.epochs, and not both, was %d and %d";
    return Stream.of(
        training(steps.formatted(0, 0), t -> t.setSteps(0)),
        training(steps.formatted(10, 2), t -> t.setEpochs(2)),
        training("batch_size must be positive, was 0", t -> t.setBatchSize(0)),
        training(
            "batch_size must be a multiple of gradient_accumulation (3), was 4",
            t -> t.setGradientAccumulation(3)),
        training(
            "optimizer must be adam, adamw, adamax, adamw8bit or sgd, was absent",
            TrainingPlan.Builder::clearOptimizer),
        training(
            "optimizer.adamw.learning_rate must be positive, was 0.0",
            t -> t.getOptimizerBuilder().getAdamwBuilder().setEpsilon(1e-8)),
        training(
            "optimizer.adam.beta1 must be at least 0 and below 1, was 1.0",
            t -> t.getOptimizerBuilder().getAdamBuilder().setBeta1(1)),
        training(
            "optimizer.adam.beta2 must be at least 0 and below 1, was -0.1",
            t -> t.getOptimizerBuilder().getAdamBuilder().setBeta2(-0.1)),
        training(
            "optimizer.adam.epsilon must be positive, was Infinity",
            t -> t.getOptimizerBuilder().getAdamBuilder().setEpsilon(Double.POSITIVE_INFINITY)),
        training(
            "optimizer.adam.weight_decay must be zero or positive, was NaN",
            t -> t.getOptimizerBuilder().getAdamBuilder().setWeightDecay(Double.NaN)),
        training(
            "optimizer.adamax.learning_rate must be positive, was 0.0",
            t -> t.getOptimizerBuilder().getAdamaxBuilder().setEpsilon(1e-8)),
        training(
            "optimizer.adamw8bit.epsilon must be positive, was 0.0",
            t -> t.getOptimizerBuilder().getAdamw8BitBuilder().setLearningRate(1)),
        training(
            "optimizer.sgd.momentum must be at least 0 and below 1, was 1.0",
            t -> t.getOptimizerBuilder().getSgdBuilder().setLearningRate(1).setMomentum(1)),
        training(
            "optimizer.sgd.nesterov must be false without momentum, was true",
            t -> t.getOptimizerBuilder().getSgdBuilder().setLearningRate(1).setNesterov(true)),
        training(
            "schedule.kind must be CONSTANT, LINEAR or COSINE, was SCHEDULE_KIND_UNSPECIFIED",
            t -> t.getScheduleBuilder().clearKind()),
        training(
            "schedule.warmup_steps must be zero or positive, was -1",
            t -> t.getScheduleBuilder().setWarmupSteps(-1)),
        training(
            "schedule.final_fraction must be from 0 to 1, was 1.5",
            t -> t.getScheduleBuilder().setFinalFraction(1.5)),
        training(
            "gradient_clip must be zero or positive, was Infinity",
            t -> t.setGradientClip(Double.POSITIVE_INFINITY)),
        training(
            "non_finite_policy must be STOP or SKIP_STEP, was NON_FINITE_POLICY_UNSPECIFIED",
            TrainingPlan.Builder::clearNonFinitePolicy),
        training("threads must be positive, was 0", t -> t.setThreads(0)),
        training("data_threads must be positive, was 0", t -> t.setDataThreads(0)),
        training("log_every_steps must be positive, was 0", t -> t.setLogEverySteps(0)),
        training(
            "max_unreadable_images must be zero or positive, was -1",
            t -> t.setMaxUnreadableImages(-1)),
        training("precision must be FP32 or BF16, was TF32", t -> t.setPrecision(Precision.TF32)),
        training("precision must be FP32 or BF16, was UNRECOGNIZED", t -> t.setPrecisionValue(9)),
        training(
            "frozen must be parts of [IMAGE_TOWER, QUESTION_ENCODER, FUSION, CLASSIFIER], was [TEXT_TOWER]",
            t -> t.addFrozen(ModelPart.TEXT_TOWER)),
        plan(
            "validation must be absent in a plan without training, was present",
            p -> {
              p.clearTraining();
              p.getInitFromBuilder().setRun("other").addParts(ModelPart.FUSION);
            }),
        plan(
            "validation.source must be fraction or data, was absent",
            p -> p.getValidationBuilder().clearSource()),
        plan(
            "validation.fraction must be above 0 and below 1, was 1.0",
            p -> p.getValidationBuilder().setFraction(1)),
        plan(
            "validation.data.phantom.images must be positive, was 0",
            p ->
                p.getValidationBuilder()
                    .setData(p.getData(0).toBuilder().clearPhantom())
                    .getDataBuilder()
                    .getPhantomBuilder()
                    .setImageSize(16)),
        plan(
            "validation.every_steps must be positive, was 0",
            p -> p.getValidationBuilder().setEverySteps(0)),
        plan(
            "validation.patience must be zero or positive, was -1",
            p -> p.getValidationBuilder().setPatience(-1)),
        plan(
            "validation.metric must be \"loss\" or \"accuracy\", was \"bleu\"",
            p -> p.getValidationBuilder().setMetric("bleu")),
        plan(
            "training.batch_size must be a multiple of workers x gradient_accumulation (6), so that every rank has an equal share, was 4",
            p -> p.getParallelismBuilder().setWorkers(3)),
        plan(
            "parallelism.workers must be 1 in a plan without training, was 2",
            p -> p.clearTraining().getParallelismBuilder().setWorkers(2)),
        plan(
            "parallelism.sharding must be absent, ZERO1 or ZERO2, was UNRECOGNIZED",
            p -> p.getParallelismBuilder().setShardingValue(9)),
        plan(
            "training.batch_size must be a multiple of workers x ranks_per_worker x gradient_accumulation (12), so that every rank has an equal share, was 4",
            p -> p.getParallelismBuilder().setWorkers(2).setRanksPerWorker(3)),
        plan(
            "parallelism.ranks_per_worker must be positive, was 0",
            p -> p.getParallelismBuilder().setRanksPerWorker(0)),
        plan(
            "parallelism.ranks_per_worker must be 1 in a plan without training, was 2",
            p -> p.clearTraining().getParallelismBuilder().setRanksPerWorker(2)),
        plan(
            "evaluations[0].task must be name@version, was \"vqa-rad\"",
            p -> p.getEvaluationsBuilder(0).setTask("vqa-rad")),
        plan(
            "evaluations[1].task must be unique, was \"phantom@1\" again",
            p -> p.addEvaluations(p.getEvaluations(0))),
        plan(
            "evaluations[0].protocols must be at least one protocol, was none",
            p -> p.getEvaluationsBuilder(0).clearProtocols()),
        plan(
            "evaluations[0].every_steps must be zero or positive, was -1",
            p -> p.getEvaluationsBuilder(0).setEverySteps(-1)),
        plan(
            "checkpoint.every_steps must be positive, was 0",
            p -> p.getCheckpointBuilder().setEverySteps(0)),
        plan("checkpoint.keep must be positive, was 0", p -> p.getCheckpointBuilder().setKeep(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"clipModel", "vqaModel", "dataAndStart", "trainingAndRest"})
  void problemIsTold(String problem, RunPlan.Builder plan, Consumer<RunPlan.Builder> change) {
    change.accept(plan);
    assertThat(PlanCheck.problems(plan.build())).contains(problem);
  }

  @Test
  void clipIsTrainedOnPairsAndValidatedByLoss() {
    RunPlan.Builder plan = TestPlans.clip();
    plan.getTrainingBuilder().setGradientAccumulation(4);
    plan.getValidationBuilder().setMetric("accuracy");
    assertThat(PlanCheck.problems(plan.build()))
        .containsExactly(
            "training.batch_size must be at least 2 per micro-batch for a CLIP model, which compares the pairs of a batch, was 4",
            "validation.metric must be \"loss\" for a CLIP model, was \"accuracy\"");
  }

  @Test
  void severalWorkersShareABatchOut() {
    RunPlan.Builder clip = TestPlans.clip();
    clip.getParallelismBuilder().setWorkers(2);
    assertThat(PlanCheck.problems(clip.build())).isEmpty();
    clip.getParallelismBuilder().setWorkers(1).setRanksPerWorker(2);
    assertThat(PlanCheck.problems(clip.build())).isEmpty();
  }

  @Test
  void onePartIsTrained() {
    RunPlan.Builder plan = TestPlans.clip();
    plan.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER);
    assertThat(PlanCheck.problems(plan.build())).isEmpty();
    plan.getTrainingBuilder().addFrozen(ModelPart.TEXT_TOWER);
    assertThat(PlanCheck.problems(plan.build()))
        .containsExactly(
            "training.frozen must be without a part that is trained, was [IMAGE_TOWER, TEXT_TOWER]");
  }
}
