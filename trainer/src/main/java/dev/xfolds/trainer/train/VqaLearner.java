package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.xfolds.trainer.answer.Answerer;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.Part;
import dev.xfolds.trainer.data.Preprocessing;
import dev.xfolds.trainer.data.Sample;
import dev.xfolds.trainer.model.Cost;
import dev.xfolds.trainer.model.VqaClassifier;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.text.WordPiece;
import dev.xfolds.trainer.train.StepInput.Range;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The classifier on questions about images. */
final class VqaLearner implements Learner {

  private static final Logger LOG = LoggerFactory.getLogger(VqaLearner.class);

  private final VqaClassifier model;
  private final WordPiece words;
  private final AnswerClasses answers;
  private final int maxTokens;
  private final Collectives ranks;

  VqaLearner(
      VqaClassifier model,
      WordPiece words,
      AnswerClasses answers,
      int maxTokens,
      Collectives ranks) {
    this.model = model;
    this.words = words;
    this.answers = answers;
    this.maxTokens = maxTokens;
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

  @Override
  public List<Part> vocabularies() {
    return List.of(
        new Part(Checkpoint.VOCABULARY, file -> Files.write(file, words.toBytes())),
        new Part(Checkpoint.ANSWERS, file -> Files.write(file, answers.toBytes())));
  }

  @Override
  public Encoded encode(List<Sample> samples) {
    Encoded encoded = Encoded.of(samples, this::ids, answers::of);
    if (encoded.withoutClass() > 0) {
      LOG.warn(
          "{} of {} questions have an answer beyond the {} classes",
          encoded.withoutClass(),
          encoded.size(),
          answers.size());
    }
    return encoded;
  }

  /** The first {@code maxTokens} pieces; a question without any reads as its end. */
  private int[] ids(String question) {
    int[] ids = words.encode(question);
    return ids.length == 0
        ? new int[] {words.endId()}
        : Arrays.copyOf(ids, Math.min(ids.length, maxTokens));
  }

  @Override
  public NDArray features(NDArray imagesBCHW) {
    return model.imageTokens(imagesBCHW, Mode.evaluation());
  }

  private NDArray logits(StepInput input, Range range, Mode mode) {
    NDArray images = input.images(range);
    NDArray tokens = frozenImages() ? images : model.imageTokens(images, mode);
    TokenBatch questions = input.data().texts(input.samples(range));
    return model.logits(tokens, questions.array(input.manager()), questions.lengths(), mode);
  }

  /** Each part, of each rank, counts by its share of the questions whose answer is a class. */
  @Override
  public double gather(StepInput input, int atOnce, Mode.Training mode) {
    double all =
        ranks.allReduce((double) withClass(input.data().targets(input.samples(input.whole()))))[0];
    boolean inParts = atOnce < input.size() || ranks.size() > 1;
    double sum = 0;
    for (Range range : input.parts(atOnce)) {
      long[] targets = input.data().targets(input.samples(range));
      double share = all == 0 ? 0 : withClass(targets) / all;
      try (NDScope scope = new NDScope();
          Autograd recording = new Autograd()) {
        scope.suppressNotUsedWarning();
        NDArray loss = model.loss(logits(input, range, ofPart(mode, input, range)), targets);
        if (inParts) {
          loss = Ops.multiply(loss, input.manager().create((float) share));
        }
        sum += loss.getFloat();
        recording.backward(loss);
      }
    }
    return ranks.allReduce(sum)[0];
  }

  /** Parts of a step drop different values. */
  private Mode ofPart(Mode.Training mode, StepInput input, Range range) {
    long first = (long) ranks.rank() * input.size() + range.from();
    return first == 0 ? mode : new Mode.Training(mode.seed() ^ Initializer.mix(first, "part"));
  }

  private static long withClass(long[] targets) {
    return Arrays.stream(targets).filter(target -> target >= 0).count();
  }

  @Override
  public Measured measure(StepInput input, int atOnce) {
    return input.parts(atOnce).stream()
        .map(range -> measure(input, range))
        .reduce(Measured.NOTHING, Measured::plus);
  }

  private Measured measure(StepInput input, Range range) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      int[] samples = input.samples(range);
      long[] targets = input.data().targets(samples);
      NDArray logits = logits(input, range, Mode.evaluation());
      int[] chosen = choose(logits);
      int right = 0;
      for (int i = 0; i < chosen.length; i++) {
        int choice = chosen[i];
        int[] classes = input.data().classes()[samples[i]];
        right += IntStream.of(classes).anyMatch(c -> c == choice) ? 1 : 0;
      }
      long counted = withClass(targets);
      double loss = counted == 0 ? 0 : model.loss(logits, targets).getFloat();
      return new Measured(loss * counted, counted, right, chosen.length);
    }
  }

  /** The best class of each row; rows of the classifier beyond the answers never win. */
  private int[] choose(NDArray logitsBC) {
    long[] best = Ops.slice(logitsBC, 1, 0, answers.size()).argMax(1).toLongArray();
    return Arrays.stream(best).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public boolean measurable(int batch, int usualBatch) {
    return true;
  }

  @Override
  public void afterStep() {}

  @Override
  public Answerer answerer(Preprocessing preprocessing) {
    return new VqaAnswerer(model, this::ids, answers, preprocessing);
  }
}
