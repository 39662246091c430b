package dev.xfolds.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ActivationCheckpointing;
import dev.xfolds.contract.v1.CostPlan;
import dev.xfolds.contract.v1.MemoryPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ParallelismPlan;
import dev.xfolds.contract.v1.ParameterGroupPlan;
import dev.xfolds.contract.v1.ParameterKind;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunFile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlannerTest {

  private static final String RUN =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: run}
      spec:
        model:
          vqaClassifier:
            image: {preset: tiny-rn}
            fusion: {stacked: {}}
            answers: 16
        data:
          - {name: questions, format: phantom-vqa, phantom: {images: 100}}
        training:
          steps: 10
          batchSize: 8
          freeze: [image]
          optimizer: {adam: {learningRate: "0.001"}}
        evaluation:
          - {task: phantom-vqa@1}
      """;

  private static PlannedRun planned(String text, Options options) {
    FilePlan plan = FilePlan.of(TrainingRunFile.parse(text), options);
    assertThat(plan.problems()).isEmpty();
    return plan.runs().getFirst();
  }

  private static RunPlan plan(String text) {
    return planned(text, Options.DEFAULT).plan();
  }

  @Test
  void defaultsAreWrittenOut() {
    RunPlan plan = plan(RUN);
    assertThat(plan.getNamespace()).isEqualTo("default");
    assertThat(plan.getModel().getVqaClassifier().getFusion().getStacked().getHops()).isEqualTo(2);
    assertThat(plan.getModel().getVqaClassifier().getDropout()).isEqualTo(0.2);
    assertThat(plan.getData(0).getPhantom().getImageSize()).isEqualTo(64);
    assertThat(plan.getData(0).getWeight()).isEqualTo(1);
    assertThat(plan.getTraining().getGradientAccumulation()).isEqualTo(1);
    assertThat(plan.getTraining().getOptimizer().getAdam().getBeta2()).isEqualTo(0.999);
    assertThat(plan.getTraining().getThreads()).isEqualTo(2);
    assertThat(plan.getTraining().getFrozenList()).containsExactly(ModelPart.IMAGE_TOWER);
    assertThat(plan.getEvaluations(0).getProtocolsList()).containsExactly("exact");
    assertThat(plan.getCheckpoint().getKeep()).isEqualTo(2);
    assertThat(plan.getCheckpoint().getGraceSeconds()).isPositive();
    assertThat(plan.getCost().getHardware().getProfile()).isEqualTo("local-cpu");
  }

  @Test
  void digestIsSixtyFourHexDigitsAndStable() {
    assertThat(plan(RUN).getDigest()).matches("[0-9a-f]{64}").isEqualTo(plan(RUN).getDigest());
  }

  @Test
  void digestIgnoresUidAndItself() {
    RunPlan plan = plan(RUN);
    assertThat(RunDigest.of(plan.toBuilder().setUid("1234").setDigest("other").build()))
        .isEqualTo(plan.getDigest());
  }

  @Test
  void digestIgnoresLayoutAndWrittenOutDefaults() {
    assertThat(plan("# a comment\n" + RUN.replace("batchSize: 8", "batchSize: 8\n    seed: 1")))
        .extracting(RunPlan::getDigest)
        .isEqualTo(plan(RUN).getDigest());
  }

  @Test
  void digestTellsAnotherPlan() {
    assertThat(plan(RUN.replace("batchSize: 8", "batchSize: 9")).getDigest())
        .isNotEqualTo(plan(RUN).getDigest());
  }

  @Test
  void controlWithoutInitFromCostsTheSame() {
    String start =
        RUN.replace("name: run", "name: start").replace("freeze: [image]", "freeze: [question]");
    FilePlan file =
        FilePlan.of(
            TrainingRunFile.parse(
                start + "---\n" + RUN.replace("  data:", "  initFrom: {run: start}\n  data:")),
            Options.DEFAULT);
    assertThat(file.problems()).isEmpty();
    assertThat(file.runs().get(1).plan().getCost()).isEqualTo(plan(RUN).getCost());
  }

  @Test
  void vitBase32HasItsPublishedParameters() {
    RunPlan plan =
        plan(
            """
            apiVersion: xfolds.dev/v1alpha1
            kind: TrainingRun
            metadata: {name: clip}
            spec:
              model:
                clip:
                  preset: vit-b-32
                  tokenizer: {bytePair: {volume: data, path: clip/tokenizer.json}}
              data:
                - {name: captions, format: phantom-captions, phantom: {images: 100}}
              training:
                epochs: 1
                batchSize: 8
                optimizer: {adamw: {learningRate: "5e-4", weightDecay: "0.2"}}
            """);
    assertThat(plan.getCost().getParameters()).isEqualTo(151_277_313);
    assertThat(plan.getCost().getMemoryPerRank().getOptimizerBytes()).isEqualTo(8L * 151_277_313);
    assertThat(Compute.of(plan).steps()).isEqualTo(12);
  }

  private static final String VIT =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: clip}
      spec:
        model: {clip: {preset: tiny-vit}}
        data:
          - {name: captions, format: phantom-captions, phantom: {images: 100}}
        training:
          steps: 10
          batchSize: 8
          gradientAccumulation: 2
          optimizer: {adam: {learningRate: "0.001"}}
      """;

  private static String workers(int workers) {
    return VIT.replace(
        "  training:", "  parallelism: {workers: %d}\n  training:".formatted(workers));
  }

  @Test
  void blocksThatAreComputedAnewNeedLessMemory() {
    String blocks = "  parallelism: {activationCheckpointing: blocks}\n  training:";
    RunPlan anew = plan(VIT.replace("  training:", blocks));
    assertThat(anew.getParallelism().getActivationCheckpointing())
        .isEqualTo(ActivationCheckpointing.TRANSFORMER_BLOCKS);
    assertThat(anew.getCost().getMemoryPerRank().getActivationBytes())
        .isLessThan(plan(VIT).getCost().getMemoryPerRank().getActivationBytes() / 2);
  }

  @Test
  void oneWorkerHasTheDigestOfARunThatSaysNothingOfWorkers() {
    assertThat(plan(workers(1))).isEqualTo(plan(VIT));
    assertThat(plan(VIT.replace("  training:", "  parallelism: {sharding: none}\n  training:")))
        .isEqualTo(plan(VIT));
    assertThat(plan(VIT).getParallelism().getWorkers()).isOne();
    assertThat(plan(workers(2)).getParallelism().getWorkers()).isEqualTo(2);
    assertThat(plan(workers(2)).getParallelism().getRanksPerWorker()).isOne();
  }

  @Test
  void workersWithoutGpusShareOneProcessor() {
    RunPlan one = plan(VIT);
    RunPlan two = plan(workers(2));
    assertThat(two.getTraining().getThreads()).isEqualTo(1);
    assertThat(two.getTraining().getDataThreads()).isEqualTo(1);
    assertThat(plan(workers(4)).getTraining().getThreads()).as("at least").isEqualTo(1);
    assertThat(two.getCost().getHardware().getPeakFlops()).isEqualTo(150e9);
    assertThat(two.getCost().getHardware().getDevice()).isEqualTo("1/2 of CPU, 2 threads");
    assertThat(2 * two.getCost().getMemoryPerRank().getActivationBytes())
        .isEqualTo(one.getCost().getMemoryPerRank().getActivationBytes());
    assertThat(two.getCost().getMemoryPerRank().getWeightBytes())
        .isEqualTo(one.getCost().getMemoryPerRank().getWeightBytes());
    assertThat(Compute.of(two).seconds()).isEqualTo(Compute.of(one).seconds());
    assertThat(Compute.of(two).peakPfDays()).isEqualTo(Compute.of(one).peakPfDays());
  }

  private static String ranks(int workers, int ranksPerWorker) {
    return workers(workers)
        .replace(
            "  training:",
            "  resources: {gpusPerWorker: %d}\n  training:".formatted(ranksPerWorker));
  }

  @Test
  void ranksOfOneWorkerAreAsMuchAsWorkersOfOneRank() {
    assertThat(plan(ranks(1, 1))).isEqualTo(plan(VIT));
    RunPlan workers = plan(workers(4));
    for (RunPlan plan : List.of(plan(ranks(1, 4)), plan(ranks(2, 2)))) {
      assertThat(plan.getCost()).isEqualTo(workers.getCost());
      assertThat(plan.getTraining()).isEqualTo(workers.getTraining());
      assertThat(Compute.of(plan)).isEqualTo(Compute.of(workers));
    }
    assertThat(plan(ranks(2, 3).replace("batchSize: 8", "batchSize: 12")).getParallelism())
        .isEqualTo(ParallelismPlan.newBuilder().setWorkers(2).setRanksPerWorker(3).build());
  }

  @Test
  void everyRankHasAGpu() {
    Options gpus = new Options(Optional.of("a100"), 0.4);
    RunPlan one = planned(VIT, gpus).plan();
    RunPlan four = planned(ranks(2, 2), gpus).plan();
    assertThat(one.getCost().getHardware().getGpusPerWorker()).isOne();
    assertThat(four.getCost().getHardware().getGpusPerWorker()).isEqualTo(2);
    assertThat(four.getTraining().getThreads()).isEqualTo(one.getTraining().getThreads());
    assertThat(Compute.of(four).devices()).isEqualTo(4);
    assertThat(4 * Compute.of(four).seconds()).isEqualTo(Compute.of(one).seconds());
    assertThat(Compute.of(four).peakPfDays()).isEqualTo(Compute.of(one).peakPfDays());
    assertThat(4 * four.getCost().getMemoryPerRank().getActivationBytes())
        .isEqualTo(one.getCost().getMemoryPerRank().getActivationBytes());
  }

  @Test
  void workersWithGpusHaveTheirOwn() {
    Options gpus = new Options(Optional.of("a100"), 0.4);
    RunPlan one = planned(VIT, gpus).plan();
    RunPlan two = planned(workers(2), gpus).plan();
    assertThat(two.getTraining().getThreads()).isEqualTo(one.getTraining().getThreads());
    assertThat(two.getCost().getHardware()).isEqualTo(one.getCost().getHardware());
    assertThat(Compute.of(two).devices()).isEqualTo(2);
    assertThat(2 * Compute.of(two).seconds()).isEqualTo(Compute.of(one).seconds());
    assertThat(Compute.of(two).peakPfDays()).isEqualTo(Compute.of(one).peakPfDays());
    assertThat(Compute.of(two).countedPfDays()).isEqualTo(Compute.of(one).countedPfDays());
  }

  @Test
  void optimizersPromiseWhatTheyRemember() {
    String adam = "optimizer: {adam: {learningRate: \"0.001\"}}";
    long trained = plan(RUN).getCost().getTrainableParameters();
    assertThat(optimizerBytes(adam)).isEqualTo(8 * trained);
    assertThat(optimizerBytes("optimizer: {adamax: {learningRate: \"0.001\"}}"))
        .isEqualTo(8 * trained);
    assertThat(optimizerBytes("optimizer: {adamw8bit: {learningRate: \"0.001\"}}"))
        .isEqualTo(Math.round(2 * (1 + 4 / 256.0) * trained));
    assertThat(optimizerBytes("optimizer: {sgd: {learningRate: \"0.1\", momentum: \"0.9\"}}"))
        .isEqualTo(4 * trained);
    assertThat(optimizerBytes("optimizer: {sgd: {learningRate: \"0.1\"}}")).isZero();
  }

  private static long optimizerBytes(String optimizer) {
    assertThat(RUN).containsPattern("optimizer: .*");
    return plan(RUN.replaceFirst("optimizer: .*", optimizer))
        .getCost()
        .getMemoryPerRank()
        .getOptimizerBytes();
  }

  @Test
  void bfloat16HalvesActivationsAndHasAPeakOfItsOwn() {
    CostPlan full = plan(RUN).getCost();
    CostPlan half =
        plan(RUN.replaceFirst("(    optimizer: .*)", "    precision: bf16\n$1")).getCost();
    assertThat(2 * half.getMemoryPerRank().getActivationBytes())
        .isEqualTo(full.getMemoryPerRank().getActivationBytes());
    assertThat(half.getMemoryPerRank().getWeightBytes())
        .isEqualTo(full.getMemoryPerRank().getWeightBytes());
    assertThat(half.getHardware().getPeakFlops()).isEqualTo(1.2e12);
    assertThat(full.getHardware().getPeakFlops()).isEqualTo(300e9);
  }

  @Test
  void shardsHaveTheirShareOfOptimizerAndGradients() {
    String two = RUN.replaceFirst("spec:\n", "spec:\n  parallelism: {workers: 2, sharding: %s}\n");
    CostPlan none = plan(two.formatted("none")).getCost();
    long trained = none.getTrainableParameters();
    MemoryPlan first = plan(two.formatted("zero1")).getCost().getMemoryPerRank();
    MemoryPlan second = plan(two.formatted("zero2")).getCost().getMemoryPerRank();
    assertThat(2 * first.getOptimizerBytes())
        .isEqualTo(2 * second.getOptimizerBytes())
        .isEqualTo(none.getMemoryPerRank().getOptimizerBytes());
    assertThat(first.getGradientBytes()).isEqualTo(6 * trained);
    assertThat(second.getGradientBytes()).isEqualTo(2 * trained);
    assertThat(plan(two.formatted("zero2")).getCheckpoint())
        .as("the checkpoint is as large")
        .isEqualTo(plan(two.formatted("none")).getCheckpoint());
  }

  @Test
  void movingAverageTakesAsMuchAsTheWeights() {
    long trained = plan(RUN).getCost().getTrainableParameters();
    RunPlan plan =
        plan(
            RUN.replaceFirst(
                "optimizer: .*",
                "optimizer: {sgd: {learningRate: \"0.1\"}}\n    ema: {decay: \"0.999\"}"));
    assertThat(plan.getTraining().getEmaDecay()).isEqualTo(0.999);
    assertThat(plan.getCost().getMemoryPerRank().getOptimizerBytes()).isEqualTo(4 * trained);
  }

  @Test
  void parameterGroupsHaveOnlyTheNumbersThatTheyName() {
    List<ParameterGroupPlan> groups =
        plan(RUN.replaceFirst(
                "optimizer: .*",
                """
                    optimizer: {adamw: {learningRate: "0.001", weightDecay: "0.2"}}
                        parameterGroups:
                          - {kinds: [norms, biases, factors], weightDecay: "0"}
                          - {parts: [image], names: [visual.conv1], learningRate: "1e-4"}"""))
            .getTraining()
            .getParameterGroupsList();
    assertThat(groups)
        .containsExactly(
            ParameterGroupPlan.newBuilder()
                .addKinds(ParameterKind.BIAS)
                .addKinds(ParameterKind.NORM)
                .addKinds(ParameterKind.FACTOR)
                .setWeightDecay(0)
                .build(),
            ParameterGroupPlan.newBuilder()
                .addParts(ModelPart.IMAGE_TOWER)
                .addNames("visual.conv1")
                .setLearningRate(1e-4)
                .build());
  }

  @Test
  void epochsOverGeneratedCaptionsCountTheHeldOutImages() {
    String clip =
        """
        apiVersion: xfolds.dev/v1alpha1
        kind: TrainingRun
        metadata: {name: clip}
        spec:
          model: {clip: {preset: tiny-vit, tokenizer: {wordPiece: {}}}}
          data:
            - {name: captions, format: phantom-captions, phantom: {images: 100}}
          validation: {fraction: "0.2", everySteps: 10}
          training:
            epochs: 3
            batchSize: 8
            optimizer: {adam: {learningRate: "0.001"}}
        """;
    assertThat(Compute.of(plan(clip)).steps()).isEqualTo(30);
  }

  @Test
  void budgetOfEpochsOverDataOfUnknownSizeWarns() {
    PlannedRun run =
        planned(
            RUN.replace("steps: 10", "epochs: 10")
                .replace("  data:", "  budget: {maxPfDays: \"1e-15\"}\n  data:"),
            Options.DEFAULT);
    assertThat(run.warnings())
        .anyMatch(warning -> warning.startsWith("spec.budget.maxPfDays cannot be compared"));
  }

  @Test
  void profileOfTheOptionsWinsOverTheFile() {
    PlannedRun run = planned(RUN, new Options(Optional.of("dgx1-v100-okd46"), 0.5));
    assertThat(run.profile().gpusPerNode()).isEqualTo(8);
    assertThat(run.plan().getCost().getHardware().getPeakFlops()).isEqualTo(15.7e12);
    Compute compute = Compute.of(run.plan());
    assertThat(compute.countedPfDays())
        .isCloseTo(
            0.5 * compute.peakPfDays(), org.assertj.core.data.Percentage.withPercentage(1e-6));
  }

  @Test
  void budgetBelowThePlanIsRefused() {
    FilePlan plan =
        FilePlan.of(
            TrainingRunFile.parse(
                RUN.replace("  data:", "  budget: {maxPfDays: \"1e-15\"}\n  data:")),
            Options.DEFAULT);
    assertThat(plan.problems())
        .singleElement()
        .asString()
        .startsWith("document 1 (run): spec.budget.maxPfDays must be at least the counted PF-days");
  }
}
