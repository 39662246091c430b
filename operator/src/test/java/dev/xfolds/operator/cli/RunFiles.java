package dev.xfolds.operator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TrainingRuns that take seconds. One thread each: two processes share few cores here. */
final class RunFiles {
  static final int STEPS = 120;
  static final int CHECKPOINT_EVERY = 10;

  /** A pre-training with an evaluation of 600 questions. */
  static final String CLIP =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: first}
      spec:
        model:
          clip: {preset: tiny-rn}
        data:
          - {name: captions, format: phantom-captions, phantom: {images: 200, seed: 1}}
        training:
          steps: 120
          batchSize: 8
          threads: 1
          dataThreads: 1
          logEverySteps: 1
          optimizer: {adamw: {learningRate: "0.001", weightDecay: "0.05"}}
        checkpoint: {everySteps: 10}
        evaluation:
          - {task: phantom-retrieval@1}
      """;

  /** A fine-tuning of that, with an evaluation of 6,336 questions. */
  static final String VQA =
      """
      apiVersion: xfolds.dev/v1alpha1
      kind: TrainingRun
      metadata: {name: second}
      spec:
        model:
          vqaClassifier:
            image: {preset: tiny-rn}
            fusion: {stacked: {hops: 2}}
            answers: 64
        initFrom: {run: first, parts: [image]}
        data:
          - {name: questions, format: phantom-vqa, phantom: {images: 200, seed: 1}}
        training:
          steps: 120
          batchSize: 8
          threads: 1
          dataThreads: 1
          logEverySteps: 1
          freeze: [image]
          optimizer: {adam: {learningRate: "0.001"}}
        checkpoint: {everySteps: 10}
        evaluation:
          - {task: phantom-vqa@1}
      """;

  private RunFiles() {}

  static Path write(Path folder, String name, String... documents) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("---\n", documents));
  }
}
