package dev.xfolds.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.api.TrainingRunFile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a user is told about a mistake: the whole sentence. */
final class WrongInputTest {

  private static final String CLIP =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: first}
      spec:
        model:
          clip: {preset: tiny-rn}
        data:
          - {name: captions, format: phantom-captions, phantom: {images: 100}}
        training:
          steps: 10
          batchSize: 8
          optimizer: {adam: {learningRate: "0.001"}}
      """;

  private static final String VQA =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: second}
      spec:
        model:
          vqaClassifier:
            image: {preset: tiny-rn}
            fusion: {stacked: {}}
            answers: 16
        initFrom: {run: first}
        data:
          - name: questions
            format: vqa-rad
            volume: data
            files: {questions: vqa-rad/data_RAD/trainset.json, images: vqa-rad/images}
        training:
          steps: 10
          batchSize: 8
          optimizer: {adam: {learningRate: "0.001"}}
        evaluation:
          - {task: vqa-rad@1, volume: data}
      """;

  private static List<String> problems(String text) {
    return FilePlan.of(TrainingRunFile.parse(text), Options.DEFAULT).problems();
  }

  private static List<String> clip(String before, String after) {
    assertThat(CLIP).contains(before);
    return problems(CLIP.replace(before, after));
  }

  private static List<String> vqa(String... beforeAndAfter) {
    String text = VQA;
    for (int i = 0; i < beforeAndAfter.length; i += 2) {
      assertThat(text).contains(beforeAndAfter[i]);
      text = text.replace(beforeAndAfter[i], beforeAndAfter[i + 1]);
    }
    return problems(CLIP + "---\n" + text);
  }

  @Test
  void rightFilesHaveNoProblems() {
    assertThat(problems(CLIP + "---\n" + VQA)).isEmpty();
  }

  @Test
  void windowsMustBeTimesThatExistAndEndAfterTheirStart() {
    assertThat(window("2026-05-04T20:00:00Z", "2026-05-04T18:00:00Z"))
        .containsExactly(
            "document 1 (first): spec.scheduling.windows[0].end must be after start"
                + " (2026-05-04T20:00:00Z), was 2026-05-04T18:00:00Z (line 13)");
    assertThat(window("2026-02-30T20:00:00Z", "2026-05-04T18:00:00Z"))
        .containsExactly(
            "document 1 (first): spec.scheduling.windows[0].start must be a time that exists, as"
                + " 2026-05-04T18:00:00Z, was 2026-02-30T20:00:00Z (line 13)");
    assertThat(window("tonight", "2026-05-04T18:00:00Z"))
        .containsExactly(
            "document 1 (first): spec.scheduling.windows[0].start must be a time of RFC 3339, as"
                + " 2026-05-04T18:00:00Z, was \"tonight\" (line 13)");
    assertThat(window("2026-05-04T18:00:00+02:00", "2026-05-04T18:00:00Z")).isEmpty();
  }

  private static List<String> window(String start, String end) {
    return problems(
        CLIP + "  scheduling: {windows: [{start: \"%s\", end: \"%s\"}]}\n".formatted(start, end));
  }

  @Test
  void unknownFieldNamesLineAndNearestField() {
    assertThat(clip("batchSize: 8", "batchSize: 8\n    batchsise: 9"))
        .containsExactly(
            "document 1 (first): spec.training.batchsise is not a field; did you mean batchSize?"
                + " (line 12)");
  }

  @Test
  void wrongTypesAreToldWithTheirValue() {
    assertThat(clip("batchSize: 8", "batchSize: \"many\""))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be an integer, was \"many\" (line"
                + " 11)");
    assertThat(clip("\"0.001\"", "0.001"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.adam.learningRate must be a string, was"
                + " 0.001; write \"0.001\" (line 12)");
    assertThat(clip("batchSize: 8", "batchSize: [8]"))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be an integer, was a list (line 11)");
    assertThat(clip("{preset: tiny-rn}", "tiny-rn"))
        .containsExactly(
            "document 1 (first): spec.model.clip must be a mapping, was \"tiny-rn\" (line 6)");
  }

  @Test
  void rulesOfTheFailurePolicyNameTheCodeThatTheyCannotHave() {
    String policy = "  failurePolicy: {rules: [{exitCodes: [%s], action: %s}]}\n  training:\n";
    assertThat(clip("  training:\n", policy.formatted("139, 1", "retry"))).isEmpty();
    assertThat(clip("  training:\n", policy.formatted("2", "fail"))).isEmpty();
    assertThat(clip("  training:\n", policy.formatted("2", "retry")))
        .containsExactly(
            "document 1 (first): spec.failurePolicy.rules[0].exitCodes must not have 2 with action"
                + " retry: plan or data is wrong and is never retried (line 9)");
    assertThat(clip("  training:\n", policy.formatted("12", "fail")))
        .containsExactly(
            "document 1 (first): spec.failurePolicy.rules[0].exitCodes must be 1 to 255 without 12"
                + " (0 is no failure, 12 is a stop that was asked for), was 12 (line 9)");
    assertThat(clip("  training:\n", policy.formatted("", "fail")))
        .containsExactly(
            "document 1 (first): spec.failurePolicy.rules[0].exitCodes must have at least 1 entry,"
                + " had none (line 9)");
  }

  @Test
  void numberThatIsTooLargeForItsFieldIsNotAWrongType() {
    assertThat(clip("batchSize: 8", "batchSize: 99999999999"))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be an integer of at most 2147483647,"
                + " was 99999999999 (line 11)");
  }

  @Test
  void repeatedKeyNamesBothLines() {
    assertThat(clip("batchSize: 8", "batchSize: 8\n    batchSize: 9"))
        .containsExactly(
            "document 1 (first): spec.training.batchSize is given twice, first in line 11 (line"
                + " 11)");
  }

  @Test
  void missingFieldsAreNamed() {
    assertThat(clip("    batchSize: 8\n", ""))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be given, was absent (line 9)");
    assertThat(problems("apiVersion: xfolds.dev/v1alpha1\nkind: TrainingRun\n"))
        .containsExactly(
            "document 1: metadata.name must be given, was absent",
            "document 1: spec must be given, was absent");
  }

  @Test
  void twoModelsAreOneTooMany() {
    assertThat(
            clip(
                "clip: {preset: tiny-rn}",
                "clip: {preset: tiny-rn}\n    vqaClassifier: {image: {preset: tiny-rn}, fusion:"
                    + " {stacked: {}}, answers: 4}"))
        .containsExactly(
            "document 1 (first): spec.model must name exactly one of clip and vqaClassifier, was"
                + " both (line 5)");
  }

  @Test
  void stepsAndEpochsExcludeEachOther() {
    assertThat(clip("steps: 10", "steps: 10\n    epochs: 2"))
        .containsExactly(
            "document 1 (first): spec.training must name exactly one of steps and epochs, was both"
                + " (line 9)");
  }

  @Test
  void zeroAndNegativeSizesAreRefused() {
    assertThat(clip("batchSize: 8", "batchSize: 0"))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be at least 1, was 0 (line 11)");
    assertThat(clip("{preset: tiny-rn}", "{preset: tiny-rn, text: {width: -128}}"))
        .containsExactly(
            "document 1 (first): spec.model.clip.text.width must be at least 1, was -128 (line 6)");
  }

  @Test
  void widthMustBeAMultipleOfHeads() {
    assertThat(clip("{preset: tiny-rn}", "{preset: tiny-rn, text: {width: 100, heads: 12}}"))
        .containsExactly(
            "document 1 (first): spec.model.clip.text.width must be a multiple of heads (12), was"
                + " 100 (line 6)");
    assertThat(clip("{preset: tiny-rn}", "{preset: tiny-rn, image: {resnet: {heads: 5}}}"))
        .containsExactly(
            "document 1 (first): spec.model.clip.image.resnet.heads must divide the width of the"
                + " attention pool (128), was 5 (line 6)");
  }

  @Test
  void imageSizeMustBeAMultipleOfThePatch() {
    assertThat(clip("{preset: tiny-rn}", "{preset: tiny-vit, image: {imageSize: 60}}"))
        .containsExactly(
            "document 1 (first): spec.model.clip.image.imageSize must be a multiple of patchSize"
                + " (8), was 60 (line 6)");
  }

  @Test
  void unknownNamesAreToldWithTheNearestOne() {
    assertThat(clip("preset: tiny-rn", "preset: tiny-rm"))
        .containsExactly(
            "document 1 (first): spec.model.clip.preset must be a known preset, was \"tiny-rm\";"
                + " did you mean tiny-rn? known: vit-b-32, rn50, rn50x4, tiny-rn, tiny-vit (line 6)");
    assertThat(clip("preset: tiny-rn", "preset: ViT-B/32"))
        .containsExactly(
            "document 1 (first): spec.model.clip.preset must be a known preset, was \"ViT-B/32\";"
                + " did you mean vit-b-32? known: vit-b-32, rn50, rn50x4, tiny-rn, tiny-vit (line"
                + " 6)");
    assertThat(vqa("image: {preset: tiny-rn}", "image: {preset: RN_50}"))
        .contains(
            "document 2 (second): spec.model.vqaClassifier.image.preset must be a known preset, was"
                + " \"RN_50\"; did you mean rn50? known: vit-b-32, rn50, rn50x4, tiny-rn, tiny-vit"
                + " (line 20)");
    assertThat(clip("format: phantom-captions", "format: phantom-caption"))
        .containsExactly(
            "document 1 (first): spec.data[0].format must be one of vqa-rad, vqa-med-2019, slake,"
                + " captions-csv, captions-jsonl, phantom-captions, phantom-vqa, was"
                + " \"phantom-caption\"; did you mean phantom-captions? (line 8)");
    assertThat(vqa("task: vqa-rad@1", "task: vqa-rda@1"))
        .containsExactly(
            "document 2 (second): spec.evaluation[0].task must be a known task, was \"vqa-rda@1\";"
                + " did you mean vqa-rad@1? (line 34)");
    assertThat(vqa("task: vqa-rad@1,", "task: vqa-rad@1, protocols: [all-415],"))
        .containsExactly(
            "document 2 (second): spec.evaluation[0].protocols[0] must be a protocol of vqa-rad@1,"
                + " was \"all-415\"; did you mean all-451? (line 34)");
    assertThat(clip("  training:", "  resources: {profile: h10}\n  training:"))
        .containsExactly(
            "document 1 (first): spec.resources.profile must be a known profile, was \"h10\"; did"
                + " you mean h100? (line 9)");
  }

  @Test
  void batchMustFitTheGeneratedData() {
    assertThat(clip("batchSize: 8", "batchSize: 101"))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be at most the number of training"
                + " samples (100), was 101 (line 11)");
  }

  @Test
  void accumulationMustDivideTheBatch() {
    assertThat(clip("batchSize: 8", "batchSize: 8\n    gradientAccumulation: 3"))
        .containsExactly(
            "document 1 (first): spec.training.gradientAccumulation must divide batchSize (8), was"
                + " 3 (line 12)");
  }

  @Test
  void everyRankHasAnEqualShareOfTheBatch() {
    String workers = "  parallelism: {workers: %d}\n  training:\n";
    String vit = CLIP.replace("tiny-rn", "tiny-vit");
    assertThat(problems(vit.replace("  training:\n", workers.formatted(4)))).isEmpty();
    assertThat(problems(vit.replace("  training:\n", workers.formatted(3))))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be a multiple of"
                + " spec.parallelism.workers (3), so that every rank passes as many samples through"
                + " at once: 6 or 9, was 8 (line 12)");
    assertThat(
            problems(
                vit.replace("  training:\n", workers.formatted(8))
                    .replace("batchSize: 8", "batchSize: 8\n    gradientAccumulation: 2")))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be a multiple of"
                + " spec.parallelism.workers x gradientAccumulation (8 x 2), so that every rank"
                + " passes as many samples through at once: 16, was 8 (line 12)");
    assertThat(problems(vit.replace("  training:\n", workers.formatted(0))))
        .containsExactly(
            "document 1 (first): spec.parallelism.workers must be at least 1, was 0 (line 9)");
    assertThat(problems(vit.replace("  training:\n", workers.formatted(65))))
        .containsExactly(
            "document 1 (first): spec.parallelism.workers must be at most 64, was 65 (line 9)");
    assertThat(
            problems(
                vit.replace("  training:\n", "  parallelism: {sharding: zero3}\n  training:\n")))
        .singleElement()
        .asString()
        .contains("spec.parallelism.sharding must be one of none, zero1, zero2, was \"zero3\"");
  }

  @Test
  void everyRankOfAWorkerHasAnEqualShareOfTheBatch() {
    String vit = CLIP.replace("tiny-rn", "tiny-vit");
    String ranks = "  parallelism: {workers: %d}\n  resources: {gpusPerWorker: %d}\n  training:\n";
    assertThat(problems(vit.replace("  training:\n", ranks.formatted(2, 2)))).isEmpty();
    assertThat(problems(vit.replace("  training:\n", ranks.formatted(2, 3))))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be a multiple of"
                + " spec.parallelism.workers x spec.resources.gpusPerWorker (2 x 3), so that every"
                + " rank passes as many samples through at once: 6 or 12, was 8 (line 13)");
    assertThat(problems(vit.replace("  training:\n", ranks.formatted(1, 3))))
        .containsExactly(
            "document 1 (first): spec.training.batchSize must be a multiple of"
                + " spec.resources.gpusPerWorker (3), so that every rank passes as many samples"
                + " through at once: 6 or 9, was 8 (line 13)");
  }

  @Test
  void workerHasAtMostTheGpusOfANode() {
    String vit = CLIP.replace("tiny-rn", "tiny-vit").replace("batchSize: 8", "batchSize: 16");
    String resources = "  resources: {profile: %s, gpusPerWorker: %d}\n  training:\n";
    assertThat(problems(vit.replace("  training:\n", resources.formatted("a100", 8)))).isEmpty();
    assertThat(problems(vit.replace("  training:\n", resources.formatted("local-cpu", 16))))
        .isEmpty();
    assertThat(problems(vit.replace("  training:\n", resources.formatted("a100", 16))))
        .containsExactly(
            "document 1 (first): spec.resources.gpusPerWorker must be at most the GPUs of a node of"
                + " profile a100 (8), was 16 (line 9)");
    assertThat(problems(vit.replace("  training:\n", resources.formatted("a100", 17))))
        .containsExactly(
            "document 1 (first): spec.resources.gpusPerWorker must be at most 16, was 17 (line 9)");
    assertThat(problems(vit.replace("  training:\n", resources.formatted("a100", 0))))
        .containsExactly(
            "document 1 (first): spec.resources.gpusPerWorker must be at least 1, was 0 (line 9)");
  }

  @Test
  void oneRankEvaluates() {
    assertThat(
            vqa(
                """
                  training:
                    steps: 10
                    batchSize: 8
                    optimizer: {adam: {learningRate: "0.001"}}
                """,
                "  resources: {gpusPerWorker: 2}\n"))
        .containsExactly(
            "document 2 (second): spec.resources.gpusPerWorker must be 1 without spec.training: one"
                + " evaluates alone, was 2 (line 29)");
  }

  @Test
  void oneWorkerEvaluates() {
    assertThat(
            vqa(
                """
                  training:
                    steps: 10
                    batchSize: 8
                    optimizer: {adam: {learningRate: "0.001"}}
                """,
                "  parallelism: {workers: 2}\n"))
        .containsExactly(
            "document 2 (second): spec.parallelism.workers must be 1 without spec.training: one"
                + " evaluates alone, was 2 (line 29)");
  }

  @Test
  void decimalsMustBeFinitePositiveWhereTheyMust() {
    assertThat(clip("\"0.001\"", "\"0\""))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.adam.learningRate must be above 0, was 0"
                + " (line 12)");
    assertThat(clip("\"0.001\"", "\"1e999\""))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.adam.learningRate must be a finite number,"
                + " was 1e999 (line 12)");
    assertThat(clip("\"0.001\"", "\"fast\""))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.adam.learningRate must be a decimal number"
                + " that is not negative, as \"0.001\", was \"fast\" (line 12)");
  }

  @Test
  void initFromMustKnowItsRun() {
    assertThat(vqa("{run: first}", "{run: frist}"))
        .containsExactly(
            "document 2 (second): spec.initFrom.run must be a run in this file or namespace, was"
                + " \"frist\" (line 23)");
  }

  @Test
  void initFromMayNotGoInACircle() {
    assertThat(
            problems(CLIP.replace("  data:", "  initFrom: {run: second}\n  data:") + "---\n" + VQA))
        .containsExactly(
            "document 1 (first): spec.initFrom.run must not lead back to the run itself, was first"
                + " -> second -> first (line 7)",
            "document 2 (second): spec.initFrom.run must not lead back to the run itself, was"
                + " second -> first -> second (line 24)");
  }

  @Test
  void imageEncoderMustHaveTheShapeThatItStartsFrom() {
    assertThat(vqa("image: {preset: tiny-rn}", "image: {preset: tiny-rn, resnet: {width: 32}}"))
        .containsExactly(
            "document 2 (second): spec.model.vqaClassifier.image must have the shape of the image"
                + " tower of run first, from which it starts (64 pixels, resnet: width: 16 layers:"
                + " 1 layers: 1 heads: 4), was 64 pixels, resnet: width: 32 layers: 1 layers: 1"
                + " heads: 4 (line 20)");
  }

  @Test
  void trainerIsNeverShownATestFile() {
    String sentence =
        "document 2 (second): spec.data[0].files.%s must not show the trainer"
            + " vqa-rad/data_RAD/testset.json, the test file of vqa-rad@1; name training files, was"
            + " %s (line 28)";
    assertThat(vqa("trainset.json", "testset.json"))
        .containsExactly(sentence.formatted("questions", "vqa-rad/data_RAD/testset.json"));
    assertThat(vqa("images: vqa-rad/images", "images: vqa-rad"))
        .containsExactly(sentence.formatted("images", "vqa-rad"));
    assertThat(vqa("images: vqa-rad/images", "images: ./"))
        .containsExactly(sentence.formatted("images", "./"));
  }

  @Test
  void weightsAndVocabularyShowTheTrainerNoTestFileEither() {
    assertThat(vqa("{run: first}", "{checkpoint: {volume: data, path: vqa-rad}}"))
        .containsExactly(
            "document 2 (second): spec.initFrom.checkpoint.path must not show the trainer"
                + " vqa-rad/data_RAD/testset.json, the test file of vqa-rad@1; name training files,"
                + " was vqa-rad (line 23)");
    assertThat(
            clip(
                "{preset: tiny-rn}",
                "{preset: tiny-rn, tokenizer: {bytePair: {volume: data, path: .}}}"))
        .containsExactly(
            "document 1 (first): spec.model.clip.tokenizer.bytePair.path must not show the trainer"
                + " vqa-rad/data_RAD/testset.json, the test file of vqa-rad@1; name training files,"
                + " was . (line 6)");
  }

  @Test
  void checkpointsHaveAClaimOfTheirOwn() {
    String sentence =
        "document 2 (second): spec.checkpoint.volume must be another claim than that of spec.%s:"
            + " the trainer sees all of it and writes to it, was data (line 35)";
    String claim = "  - {task: vqa-rad@1, volume: %s}\n  checkpoint: {volume: data}";
    String last = "  - {task: vqa-rad@1, volume: data}";
    assertThat(vqa(last, claim.formatted("other"))).containsExactly(sentence.formatted("data[0]"));
    assertThat(vqa("    volume: data\n", "    volume: other\n", last, claim.formatted("data")))
        .containsExactly(sentence.formatted("evaluation[0]"));
  }

  @Test
  void oneOptimizerIsNamedAndItsNumbersFitTogether() {
    String adam = "optimizer: {adam: {learningRate: \"0.001\"}}";
    assertThat(clip(adam, "optimizer: {}"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer must name exactly one of adam, adamw,"
                + " adamax, adamw8bit and sgd, was none (line 12)");
    assertThat(clip(adam, "optimizer: {sgd: {learningRate: \"1\"}, adamax: {learningRate: \"1\"}}"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer must name exactly one of adam, adamw,"
                + " adamax, adamw8bit and sgd, was adamax and sgd (line 12)");
    assertThat(clip(adam, "optimizer: {sgd: {learningRate: \"0.1\", momentumKind: nesterov}}"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.sgd.momentum must be above 0 with"
                + " momentumKind nesterov, was absent (line 12)");
    assertThat(clip(adam, "optimizer: {sgd: {learningRate: \"0.1\", momentum: \"1\"}}"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.sgd.momentum must be below 1, was 1 (line"
                + " 12)");
    for (String right :
        List.of(
            "adamw8bit: {learningRate: \"0.001\"}",
            "adamax: {learningRate: \"0.002\"}",
            "sgd: {learningRate: \"0.1\", momentum: \"0.9\", momentumKind: nesterov}")) {
      assertThat(clip(adam, "optimizer: {" + right + "}")).isEmpty();
    }
  }

  @Test
  void groupOfParametersNamesWeightsAndTheirNumbers() {
    String adam = "optimizer: {adam: {learningRate: \"0.001\"}}";
    String groups = adam + "\n    parameterGroups: [{%s}]";
    String path = "document 1 (first): spec.training.parameterGroups[0]";
    assertThat(clip(adam, groups.formatted("weightDecay: \"0\"")))
        .containsExactly(
            path + " must name weights by kinds, parts or names, was none of them (line 13)");
    assertThat(clip(adam, groups.formatted("kinds: [biases]")))
        .containsExactly(
            path + " must give a learningRate or a weightDecay, was neither (line 13)");
    assertThat(clip(adam, groups.formatted("parts: [question], weightDecay: \"0\"")))
        .containsExactly(
            path + ".parts[0] must be a part of clip (image, text), was question (line 13)");
    assertThat(clip(adam, groups.formatted("kinds: [weights], weightDecay: \"0\"")))
        .hasSize(1)
        .first()
        .asString()
        .contains(
            path + ".kinds[0] must be one of matrices, biases, norms, factors, was \"weights\"");
    assertThat(clip(adam, groups.formatted("names: [\"a.*\"], weightDecay: \"0\"")))
        .hasSize(1)
        .first()
        .asString()
        .contains(path + ".names[0]");
  }

  @Test
  void decayOfTheMovingAverageIsBetweenZeroAndOne() {
    String adam = "optimizer: {adam: {learningRate: \"0.001\"}}";
    String path = "document 1 (first): spec.training.ema.decay must be ";
    assertThat(clip(adam, adam + "\n    ema: {decay: \"1\"}"))
        .containsExactly(path + "below 1, was 1 (line 13)");
    assertThat(clip(adam, adam + "\n    ema: {decay: \"0\"}"))
        .containsExactly(path + "above 0, was 0 (line 13)");
  }

  @Test
  void pathsStayOnTheirVolume() {
    assertThat(vqa("images: vqa-rad/images", "images: ../images"))
        .containsExactly(
            "document 2 (second): spec.data[0].files.images must not leave the volume by \"..\","
                + " was ../images (line 28)");
    assertThat(vqa("images: vqa-rad/images", "images: /images"))
        .containsExactly(
            "document 2 (second): spec.data[0].files.images must be relative to the root of the"
                + " volume, was /images (line 28)");
  }

  @Test
  void precisionIsOneThatTheDeviceHasAndTheTrainerServes() {
    String text = CLIP.replace("batchSize: 8", "batchSize: 8\n    precision: bf16");
    FilePlan plan =
        FilePlan.of(TrainingRunFile.parse(text), new Options(Optional.of("dgx1-v100-okd46"), 0.4));
    assertThat(plan.problems())
        .containsExactly(
            "document 1 (first): spec.training.precision must be one that V100 SXM2 32 GB of profile"
                + " dgx1-v100-okd46 has (fp32), was bf16 (line 12)");
    assertThat(clip("batchSize: 8", "batchSize: 8\n    precision: bf16")).isEmpty();
    assertThat(clip("batchSize: 8", "batchSize: 8\n    precision: tf32"))
        .containsExactly(
            "document 1 (first): spec.training.precision must be fp32 or bf16: this version of the"
                + " trainer does not compute in tf32, was tf32 (line 12)");
  }

  @Test
  void everyProblemIsToldAtOnce() {
    assertThat(
            problems(
                CLIP.replace("batchSize: 8", "batchSize: 0").replace("steps: 10", "stepps: 10")
                    + "---\n"
                    + VQA.replace("answers: 16", "answers: few")))
        .containsExactly(
            "document 1 (first): spec.training.stepps is not a field; did you mean steps? (line"
                + " 10)",
            "document 1 (first): spec.training.batchSize must be at least 1, was 0 (line 11)",
            "document 1 (first): spec.training must name exactly one of steps and epochs, was none"
                + " (line 9)",
            "document 2 (second): spec.model.vqaClassifier.answers must be an integer, was \"few\""
                + " (line 22)");
  }

  @Test
  void fieldThatCannotBeReadIsNotMissedAsWell() {
    assertThat(clip("steps: 10", "steps: \"many\""))
        .containsExactly(
            "document 1 (first): spec.training.steps must be an integer, was \"many\" (line 10)");
    assertThat(clip("{adam: {learningRate: \"0.001\"}}", "{adam: 3}"))
        .containsExactly(
            "document 1 (first): spec.training.optimizer.adam must be a mapping, was 3 (line 12)");
    assertThat(clip("preset: tiny-rn", "preset: 50"))
        .containsExactly(
            "document 1 (first): spec.model.clip.preset must be a string, was 50; write \"50\""
                + " (line 6)");
    assertThat(vqa("stacked: {}", "stacked: yes"))
        .containsExactly(
            "document 2 (second): spec.model.vqaClassifier.fusion.stacked must be a mapping, was"
                + " \"yes\" (line 21)");
  }

  @Test
  void validationThatComesOnlyAtTheEndIsAWarning() {
    String text = CLIP + "  validation: {fraction: \"0.1\", everySteps: 11}\n";
    FilePlan plan = FilePlan.of(TrainingRunFile.parse(text), Options.DEFAULT);
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.runs().getFirst().warnings())
        .containsExactly(
            "spec.validation.everySteps (11) is above spec.training.steps (10): validates once, at"
                + " the end");
  }

  @Test
  void namesThatTheRunsObjectsCannotHaveAreRefused() {
    assertThat(problems(CLIP.replace("name: first", "name: 1st")))
        .containsExactly(
            "document 1 (1st): metadata.name must begin with a letter, as names of Services do, was \"1st\" (line 3)");
    assertThat(problems(CLIP.replace("name: first", "name: " + "a".repeat(41))))
        .singleElement()
        .asString()
        .contains("metadata.name must be at most 40 lower-case letters, digits and");
  }

  @Test
  void repeatedRunNamesAreRefused() {
    assertThat(problems(CLIP + "---\n" + CLIP))
        .containsExactly(
            "document 2 (first): metadata.name must be unique in the file, was \"first\" as in"
                + " document 1 (line 16)");
  }

  @Test
  void fileThatIsNoYamlOrEmptyIsToldInOneLine() {
    assertThat(problems("spec: [1, 2"))
        .singleElement()
        .asString()
        .startsWith("the file is not YAML: line 1, column 12: ");
    assertThat(problems(""))
        .containsExactly("the file must hold at least one TrainingRun, was empty");
    assertThat(problems("just words"))
        .containsExactly("document 1: must be a mapping, was \"just words\" (line 1)");
  }

  @Test
  void aliasesCannotBlowUpTheFile() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    assertThat(problems(laughs.toString()))
        .singleElement()
        .asString()
        .startsWith("the file is not YAML: ");
  }
}
