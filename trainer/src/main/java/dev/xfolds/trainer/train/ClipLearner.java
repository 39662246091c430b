package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.Part;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.Sample;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.model.Cost;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.Ranks;
import dev.xfolds.trainer.text.Tokenizer;
import dev.xfolds.trainer.text.WordPiece;
import dev.xfolds.trainer.train.StepInput.Range;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Function;

/** CLIP on images with captions. */
final class ClipLearner implements Learner {

  private final ClipModel model;
  private final Tokenizer tokenizer;
  private final int contextLength;
  private final Ranks ranks;

  ClipLearner(ClipModel model, Tokenizer tokenizer, int contextLength, Ranks ranks) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
    this.ranks = ranks;
  }

  @Override
  public ParameterSet parameters() {
    return model.parameters();
  }

  @Override
  public Cost cost() {
    return model.cost();
  }

  /** A byte-pair vocabulary stays the user's file. */
  @Override
  public List<Part> vocabularies() {
    return tokenizer instanceof WordPiece words
        ? List.of(new Part(Checkpoint.VOCABULARY, file -> Files.write(file, words.toBytes())))
        : List.of();
  }

  @Override
  public Encoded encode(List<Sample> samples) {
    return Encoded.of(samples, this::ids);
  }

  private int[] ids(String text) {
    return tokenizer.sequence(text, contextLength);
  }

  @Override
  public NDArray features(NDArray imagesBCHW) {
    return model.encodeImage(imagesBCHW, Mode.evaluation());
  }

  private NDArray images(StepInput input, Range range, Mode mode) {
    NDArray images = input.images(range);
    return frozenImages() ? images : model.encodeImage(images, mode);
  }

  private NDArray texts(StepInput input, Range range) {
    TokenBatch texts = input.data().texts(input.samples(range));
    return model.encodeText(texts.array(input.manager()), texts.ends());
  }

  @Override
  public double gather(StepInput input, int atOnce, Mode.Training mode) {
    if (atOnce < input.size()) {
      return inParts(input, atOnce, mode);
    }
    return ranks.size() == 1 ? whole(input, mode) : amongRanks(input, mode);
  }

  private double whole(StepInput input, Mode.Training mode) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      Range all = input.whole();
      NDArray loss = model.loss(model.logits(images(input, all, mode), texts(input, all)));
      double value = loss.getFloat();
      recording.backward(loss);
      return value;
    }
  }

  /**
   * The same where other ranks have the rest of the batch: every rank computes the loss of all
   * pairs, and passes on what concerns its own samples.
   */
  private double amongRanks(StepInput input, Mode.Training mode) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      Range own = input.whole();
      NDArray images = images(input, own, mode);
      NDArray texts = texts(input, own);
      NDArray imagesBP = leafOfAllRanks(input, images.toFloatArray());
      NDArray textsBP = leafOfAllRanks(input, texts.toFloatArray());
      double value = gatherFromEmbeddings(imagesBP, textsBP);
      recording.backward(
          Ops.add(
              weighted(images, Ops.gradient(imagesBP), among(input, own)),
              weighted(texts, Ops.gradient(textsBP), among(input, own))));
      return value;
    }
  }

  /** Where a part of this rank's samples stands in the whole batch. */
  private Range among(StepInput input, Range own) {
    int before = ranks.rank() * input.size();
    return new Range(before + own.from(), before + own.to());
  }

  /** The embeddings of the whole batch, without a history, from those of this rank's samples. */
  private NDArray leafOfAllRanks(StepInput input, float[] own) {
    float[] all = ranks.gather(own);
    int width = own.length / input.size();
    NDArray leaf = input.manager().create(all, new Shape(all.length / width, width));
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /**
   * The loss compares every pair of the whole batch: all embeddings first, without gradients; then
   * the loss and its gradients with respect to them; then each part again, with those gradients
   * passed on. Source: arXiv:2101.06983. The first pass must not move running statistics.
   */
  private double inParts(StepInput input, int atOnce, Mode.Training mode) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      float[] images;
      try (RunningStatistics before = RunningStatistics.of(parameters())) {
        images = embeddings(input, atOnce, range -> images(input, range, mode));
        before.restore();
      }
      NDArray imagesBP = leafOfAllRanks(input, images);
      NDArray textsBP =
          leafOfAllRanks(input, embeddings(input, atOnce, range -> texts(input, range)));
      double value = gatherFromEmbeddings(imagesBP, textsBP);
      NDArray imageGradientsBP = Ops.gradient(imagesBP);
      NDArray textGradientsBP = Ops.gradient(textsBP);
      for (Range range : input.parts(atOnce)) {
        passOn(input, range, mode, imageGradientsBP, textGradientsBP);
      }
      return value;
    }
  }

  /** Of all samples, row-major. */
  private static float[] embeddings(StepInput input, int atOnce, Function<Range, NDArray> embed) {
    float[] values = {};
    for (Range range : input.parts(atOnce)) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        float[] rows = embed.apply(range).toFloatArray();
        int width = rows.length / (range.to() - range.from());
        if (values.length == 0) {
          values = new float[input.size() * width];
        }
        System.arraycopy(rows, 0, values, range.from() * width, rows.length);
      }
    }
    return values;
  }

  /** The temperature's gradient is whole on every rank, and counts on one. */
  private double gatherFromEmbeddings(NDArray imagesBP, NDArray textsBP) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray loss = model.loss(model.logits(imagesBP, textsBP));
      double value = loss.getFloat();
      recording.backward(loss);
      if (ranks.rank() > 0) {
        parameters().zeroGradients();
      }
      return value;
    }
  }

  private void passOn(
      StepInput input,
      Range range,
      Mode.Training mode,
      NDArray imageGradientsBP,
      NDArray textGradientsBP) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray images = weighted(images(input, range, mode), imageGradientsBP, among(input, range));
      NDArray texts = weighted(texts(input, range), textGradientsBP, among(input, range));
      recording.backward(Ops.add(images, texts));
    }
  }

  /** A scalar whose gradient with respect to the embeddings of a part is the one given. */
  private static NDArray weighted(NDArray embeddings, NDArray gradientsBP, Range range) {
    return Ops.multiply(embeddings, Ops.slice(gradientsBP, 0, range.from(), range.to())).sum();
  }

  @Override
  public Measured measure(StepInput input, int atOnce) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray logits =
          model.logits(
              array(
                  input,
                  embeddings(input, atOnce, range -> images(input, range, Mode.evaluation()))),
              array(input, embeddings(input, atOnce, range -> texts(input, range))));
      long[] best = logits.argMax(1).toLongArray();
      int right = 0;
      for (int i = 0; i < best.length; i++) {
        right += best[i] == i ? 1 : 0;
      }
      double loss = model.loss(logits).getFloat();
      return new Measured(loss * best.length, best.length, right, best.length);
    }
  }

  private static NDArray array(StepInput input, float[] rows) {
    return input.manager().create(rows, new Shape(input.size(), rows.length / input.size()));
  }

  /** The loss grows with the number of pairs: only batches of one size are comparable. */
  @Override
  public boolean measurable(int batch, int usualBatch) {
    return batch == usualBatch;
  }

  @Override
  public void afterStep() {
    model.clampLogitScale();
  }

  @Override
  public Answerer answerer(Preprocessing preprocessing) {
    return new ClipAnswerer(model, this::ids, preprocessing);
  }
}
