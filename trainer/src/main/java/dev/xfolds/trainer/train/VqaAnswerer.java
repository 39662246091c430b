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
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Answers with the class of the largest logit; its softmax is the confidence. */
final class VqaAnswerer implements Answerer {

  /** Half a minute for two busy processor cores, with rn50x4 and as many images of 288 pixels. */
  private static final int BATCH = 8;

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

  private Answered answered(Choice choice) {
    return new Answered(
        answers.text(choice.number()), 0, choice.confidence(), AnswerType.ANSWER_TYPE_UNSPECIFIED);
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
      return Choice.of(Ops.slice(logits, 1, 0, answers.size())).stream()
          .map(this::answered)
          .toList();
    }
  }
}
