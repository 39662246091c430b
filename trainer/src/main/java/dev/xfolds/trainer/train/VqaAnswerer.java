package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.xfolds.contract.v1.AnswerType;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.trainer.answer.Answered;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.answer.Asked;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.model.VqaClassifier;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.tensor.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/** Answers with the class of the largest logit; its softmax is the confidence. */
final class VqaAnswerer implements Answerer {

  private static final int BATCH = 64;

  private final VqaClassifier model;
  private final Function<String, int[]> ids;
  private final AnswerClasses answers;
  private final Pictures pictures;
  private final NDManager manager;

  VqaAnswerer(
      VqaClassifier model,
      Function<String, int[]> ids,
      AnswerClasses answers,
      Preprocessing preprocessing) {
    this.model = model;
    this.ids = ids;
    this.answers = answers;
    this.pictures =
        new Pictures(preprocessing, images -> model.imageTokens(images, Mode.evaluation()));
    this.manager = model.parameters().all().getFirst().array().getManager();
  }

  @Override
  public Set<TaskKind> capabilities() {
    return Set.of(TaskKind.VISUAL_QUESTION_ANSWERING);
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public List<Answered> answer(List<Asked> batch) {
    TokenBatch questions =
        TokenBatch.of(batch.stream().map(asked -> ids.apply(asked.text())).toArray(int[][]::new));
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray tokens = pictures.of(batch.stream().map(Asked::image).toList(), manager);
      NDArray logits =
          model.logits(tokens, questions.array(manager), questions.lengths(), Mode.evaluation());
      NDArray shares = Ops.softmax(Ops.slice(logits, 1, 0, answers.size()), 1);
      long[] best = shares.argMax(1).toLongArray();
      float[] confidences = shares.max(new int[] {1}).toFloatArray();
      List<Answered> answered = new ArrayList<>();
      for (int i = 0; i < best.length; i++) {
        answered.add(
            new Answered(
                answers.text(Math.toIntExact(best[i])),
                0,
                OptionalDouble.of(Math.clamp(confidences[i], 0, 1)),
                AnswerType.ANSWER_TYPE_UNSPECIFIED));
      }
      return answered;
    }
  }
}
