package dev.xfolds.trainer.testing;

import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.CheckpointPlan;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.LearnedVocabulary;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.ParallelismPlan;
import dev.xfolds.contract.v1.PhantomPlan;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ScheduleKind;
import dev.xfolds.contract.v1.SchedulePlan;
import dev.xfolds.contract.v1.StackedAttentionPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.trainer.config.PlanFile;
import java.util.List;

/** Small plans without problems, to be changed by a test. */
public final class TestPlans {

  private TestPlans() {}

  /** A CLIP model with a ViT tower on generated captions. */
  public static RunPlan.Builder clip() {
    ClipPlan clip =
        ClipPlan.newBuilder()
            .setImage(
                image()
                    .setVit(
                        VitPlan.newBuilder()
                            .setPatchSize(8)
                            .setWidth(16)
                            .setLayers(2)
                            .setHeads(2)
                            .setMlpWidth(64)
                            .setActivation(Activation.QUICK_GELU)))
            .setText(
                TextTowerPlan.newBuilder()
                    .setContextLength(16)
                    .setVocabularySize(128)
                    .setWidth(16)
                    .setLayers(2)
                    .setHeads(2)
                    .setMlpWidth(64)
                    .setActivation(Activation.QUICK_GELU))
            .setProjectionWidth(8)
            .setLogitScaleInit(Math.log(1 / 0.07))
            .setLogitScaleMax(100)
            .setTokenizer(
                TokenizerPlan.newBuilder()
                    .setWordPiece(LearnedVocabulary.newBuilder().setMinimumFrequency(2)))
            .build();
    return plan(ModelPlan.newBuilder().setClip(clip).build(), DataFormat.PHANTOM_CAPTIONS);
  }

  /** A classifier of visual questions with a ResNet tower on generated questions. */
  public static RunPlan.Builder vqa() {
    VqaClassifierPlan vqa =
        VqaClassifierPlan.newBuilder()
            .setImage(
                image()
                    .setResnet(
                        ResNetPlan.newBuilder()
                            .setWidth(8)
                            .addAllLayers(List.of(1, 1))
                            .setHeads(4)))
            .setQuestion(
                GruPlan.newBuilder()
                    .setVocabularySize(128)
                    .setMaxTokens(12)
                    .setEmbeddingWidth(16)
                    .setWidth(16)
                    .setMinimumFrequency(2))
            .setFusion(
                FusionPlan.newBuilder()
                    .setStacked(StackedAttentionPlan.newBuilder().setHops(2).setWidth(16)))
            .setClassifierWidth(16)
            .setAnswers(10)
            .setDropout(0.2)
            .build();
    return plan(ModelPlan.newBuilder().setVqaClassifier(vqa).build(), DataFormat.PHANTOM_VQA);
  }

  /** The plan with its digest. */
  public static RunPlan signed(RunPlan.Builder plan) {
    return plan.setDigest(PlanFile.digest(plan.build())).build();
  }

  private static ImageTowerPlan.Builder image() {
    return ImageTowerPlan.newBuilder()
        .setImageSize(16)
        .addAllMean(List.of(0.5, 0.5, 0.5))
        .addAllStd(List.of(0.25, 0.25, 0.25));
  }

  private static RunPlan.Builder plan(ModelPlan model, DataFormat format) {
    return RunPlan.newBuilder()
        .setNamespace("default")
        .setName("run")
        .setUid("e7b1")
        .setModel(model)
        .addData(
            DataPlan.newBuilder()
                .setName("phantom")
                .setFormat(format)
                .setWeight(1)
                .setPhantom(PhantomPlan.newBuilder().setSeed(1).setImages(20).setImageSize(16)))
        .setTraining(training())
        .setValidation(
            ValidationPlan.newBuilder().setFraction(0.2).setEverySteps(5).setMetric("loss"))
        .setParallelism(ParallelismPlan.newBuilder().setWorkers(1).setRanksPerWorker(1))
        .addEvaluations(EvaluationPlan.newBuilder().setTask("phantom@1").addProtocols("exact"))
        .setCheckpoint(CheckpointPlan.newBuilder().setEverySteps(5).setKeep(2));
  }

  private static TrainingPlan training() {
    return TrainingPlan.newBuilder()
        .setSteps(10)
        .setBatchSize(4)
        .setGradientAccumulation(2)
        .setOptimizer(
            OptimizerPlan.newBuilder()
                .setAdam(
                    AdamPlan.newBuilder()
                        .setLearningRate(0.001)
                        .setBeta1(0.9)
                        .setBeta2(0.999)
                        .setEpsilon(1e-8)))
        .setSchedule(SchedulePlan.newBuilder().setKind(ScheduleKind.COSINE).setWarmupSteps(2))
        .setGradientClip(1)
        .setNonFinitePolicy(NonFinitePolicy.STOP)
        .setSeed(1)
        .setThreads(1)
        .setDataThreads(1)
        .setPrecision(Precision.FP32)
        .setLogEverySteps(1)
        .build();
  }
}
