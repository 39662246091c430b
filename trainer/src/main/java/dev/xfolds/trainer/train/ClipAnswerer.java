package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.AnswerType;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.trainer.answer.Answered;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.answer.Asked;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.nn.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Chooses the text whose embedding is nearest to the image's. */
final class ClipAnswerer implements Answerer {

  /** Half a minute for two busy processor cores, with rn50x4 and as many images of 288 pixels. */
  private static final int BATCH = 8;

  private final ClipModel model;
  private final Function<String, int[]> ids;
  private final Pictures pictures;
  private final NDManager manager;
  private List<String> encodedChoices = List.of();
  private float[] choiceEmbeddings = {};

  ClipAnswerer(ClipModel model, Function<String, int[]> ids, Preprocessing preprocessing) {
    this.model = model;
    this.ids = ids;
    this.pictures =
        new Pictures(preprocessing, images -> model.encodeImage(images, Mode.evaluation()));
    this.manager = model.parameters().all().getFirst().array().getManager();
  }

  @Override
  public Set<TaskKind> capabilities() {
    return Set.of(TaskKind.IMAGE_TO_TEXT_RETRIEVAL);
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public List<Answered> answer(List<Asked> batch) {
    List<Answered> answered = new ArrayList<>();
    int from = 0;
    while (from < batch.size()) {
      List<String> choices = batch.get(from).choices();
      int to = from + 1;
      while (to < batch.size() && batch.get(to).choices().equals(choices)) {
        to++;
      }
      answered.addAll(choose(batch.subList(from, to), choices));
      from = to;
    }
    return answered;
  }

  private List<Answered> choose(List<Asked> batch, List<String> choices) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray images = pictures.of(batch.stream().map(Asked::image).toList(), manager);
      return Choice.of(model.logits(images, embeddings(choices))).stream()
          .map(ClipAnswerer::answered)
          .toList();
    }
  }

  private static Answered answered(Choice choice) {
    return new Answered(
        "", choice.number(), choice.confidence(), AnswerType.ANSWER_TYPE_UNSPECIFIED);
  }

  /**
   * Of the latest choices, which are mostly the same for every question. Should thousands of them
   * take longer than the evaluator waits, the stream that is opened again finds them here.
   */
  private NDArray embeddings(List<String> choices) {
    if (!choices.equals(encodedChoices)) {
      float[][] parts = new float[Math.ceilDiv(choices.size(), BATCH)][];
      for (int part = 0; part < parts.length; part++) {
        int end = Math.min(choices.size(), (part + 1) * BATCH);
        parts[part] = encode(choices.subList(part * BATCH, end));
      }
      choiceEmbeddings = concat(parts);
      encodedChoices = List.copyOf(choices);
    }
    int width = choiceEmbeddings.length / choices.size();
    return manager.create(choiceEmbeddings, new Shape(choices.size(), width));
  }

  private float[] encode(List<String> texts) {
    TokenBatch tokens = TokenBatch.of(texts.stream().map(ids).toArray(int[][]::new));
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return model.encodeText(tokens.array(manager), tokens.ends()).toFloatArray();
    }
  }

  private static float[] concat(float[][] parts) {
    float[] all = new float[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
