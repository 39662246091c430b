package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
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
import dev.xfolds.trainer.text.Tokenizer;
import dev.xfolds.trainer.text.WordPiece;
import java.nio.file.Files;
import java.util.List;

/** CLIP on images with captions. */
final class ClipLearner implements Learner {

  private final ClipModel model;
  private final Tokenizer tokenizer;
  private final int contextLength;

  ClipLearner(ClipModel model, Tokenizer tokenizer, int contextLength) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.contextLength = contextLength;
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

  private NDArray images(StepInput input, int part, int parts, Mode mode) {
    NDArray images = input.images(part, parts);
    return frozenImages() ? images : model.encodeImage(images, mode);
  }

  private NDArray texts(StepInput input, int part, int parts) {
    return texts(input.data().texts(input.samples(part, parts)), input);
  }

  private NDArray texts(TokenBatch texts, StepInput input) {
    return model.encodeText(texts.array(input.manager()), texts.ends());
  }

  @Override
  public double gather(StepInput input, int parts, Mode.Training mode) {
    return parts == 1 ? whole(input, mode) : inParts(input, parts, mode);
  }

  private double whole(StepInput input, Mode.Training mode) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray loss = model.loss(model.logits(images(input, 0, 1, mode), texts(input, 0, 1)));
      double value = loss.getFloat();
      recording.backward(loss);
      return value;
    }
  }

  /**
   * The loss compares every pair of the whole batch: all embeddings first, without gradients; then
   * the loss and its gradients with respect to them; then each part again, with those gradients
   * passed on. Source: arXiv:2101.06983. The first pass must not move running statistics.
   */
  private double inParts(StepInput input, int parts, Mode.Training mode) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray[] images = new NDArray[parts];
      NDArray[] texts = new NDArray[parts];
      try (RunningStatistics before = RunningStatistics.of(parameters())) {
        for (int part = 0; part < parts; part++) {
          images[part] = images(input, part, parts, mode).duplicate();
          texts[part] = texts(input, part, parts).duplicate();
        }
        before.restore();
      }
      NDArray imagesBP = Ops.concat(0, images);
      NDArray textsBP = Ops.concat(0, texts);
      imagesBP.setRequiresGradient(true);
      textsBP.setRequiresGradient(true);
      double value = gatherFromEmbeddings(imagesBP, textsBP);
      long size = (long) input.size() / parts;
      for (int part = 0; part < parts; part++) {
        passOn(
            input,
            part,
            parts,
            mode,
            Ops.slice(Ops.gradient(imagesBP), 0, part * size, (part + 1) * size),
            Ops.slice(Ops.gradient(textsBP), 0, part * size, (part + 1) * size));
      }
      return value;
    }
  }

  private double gatherFromEmbeddings(NDArray imagesBP, NDArray textsBP) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray loss = model.loss(model.logits(imagesBP, textsBP));
      double value = loss.getFloat();
      recording.backward(loss);
      return value;
    }
  }

  private void passOn(
      StepInput input,
      int part,
      int parts,
      Mode.Training mode,
      NDArray imageGradientsBP,
      NDArray textGradientsBP) {
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray images = Ops.multiply(images(input, part, parts, mode), imageGradientsBP).sum();
      NDArray texts = Ops.multiply(texts(input, part, parts), textGradientsBP).sum();
      recording.backward(Ops.add(images, texts));
    }
  }

  @Override
  public Measured measure(StepInput input) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray logits = model.logits(images(input, 0, 1, Mode.evaluation()), texts(input, 0, 1));
      long[] best = logits.argMax(1).toLongArray();
      int right = 0;
      for (int i = 0; i < best.length; i++) {
        right += best[i] == i ? 1 : 0;
      }
      double loss = model.loss(logits).getFloat();
      return new Measured(loss * best.length, best.length, right, best.length);
    }
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
