package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.trainer.nn.Classifier;
import dev.xfolds.trainer.nn.Gru;
import dev.xfolds.trainer.nn.LayerNorm;
import dev.xfolds.trainer.nn.Mode;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.OptionalInt;

/**
 * Answers questions about images by choosing among the training answers: image tower, GRU over the
 * question, attention over the image's tokens, classifier. The image tower has the names it has in
 * {@link ClipModel}; the rest those of MICCAI19-MedVQA (w_emb, q_emb, v_att, b_net, q_prj,
 * classifier). Nothing here owns the arrays that a forward pass makes: call it inside of an {@link
 * ai.djl.ndarray.NDScope}.
 *
 * <p>To each token is appended the fixed code of its place ({@link Positions#grid}): the cells of a
 * feature map say what is there and not where, and "on which side" needs both.
 */
public final class VqaClassifier {

  private final ParameterSet parameters;
  private final GruPlan question;
  private final ImageTower image;
  private final Parameter words;
  private final Gru gru;
  private final Fusion fusion;
  private final Classifier classifier;
  private final Parameter places;

  private VqaClassifier(VqaClassifierPlan plan, Arithmetic arithmetic) {
    parameters = new ParameterSet(arithmetic);
    question = plan.getQuestion();
    image = ImageTower.declare(parameters, plan.getImage(), OptionalInt.empty(), LayerNorm.EPSILON);
    ParameterScope asked = parameters.scope(ModelPart.QUESTION_ENCODER);
    words =
        asked.weight(
            "w_emb.emb.weight",
            new Initializer.Normal(1),
            question.getVocabularySize(),
            question.getEmbeddingWidth());
    gru = new Gru(asked.at("q_emb.rnn"), question.getEmbeddingWidth(), question.getWidth());
    ParameterScope seen = parameters.scope(ModelPart.FUSION);
    fusion =
        Fusion.declare(
            seen, plan.getFusion(), question.getWidth(), image.tokenWidth() + Positions.WIDTH);
    places = seen.table("places", () -> Positions.grid(image.grid()), 1, tokens(), Positions.WIDTH);
    classifier =
        new Classifier(
            parameters.scope(ModelPart.CLASSIFIER).at("classifier"),
            fusion.width(),
            plan.getClassifierWidth(),
            plan.getAnswers(),
            plan.getDropout());
  }

  /**
   * A model without values: names, shapes and cost of any size at no memory.
   *
   * @throws IllegalArgumentException naming the size that does not fit
   */
  public static VqaClassifier outline(VqaClassifierPlan plan) {
    return new VqaClassifier(plan, Arithmetic.USUAL);
  }

  /**
   * A model with first values.
   *
   * @param manager owns the parameters
   */
  public static VqaClassifier create(
      VqaClassifierPlan plan, Arithmetic arithmetic, NDManager manager, long seed) {
    VqaClassifier model = new VqaClassifier(plan, arithmetic);
    model.parameters.allocate(manager, seed);
    return model;
  }

  public ParameterSet parameters() {
    return parameters;
  }

  /** Image tokens of one sample. */
  public long tokens() {
    return (long) image.grid() * image.grid();
  }

  /** Width of an image token as {@link #imageTokens} gives it. */
  public int tokenWidth() {
    return image.tokenWidth();
  }

  /**
   * What a frozen tower may be asked once per image and kept.
   *
   * @param imagesBCHW normalised pixels, (batch, 3, side, side), float32
   * @return (batch, tokens, token width)
   */
  public NDArray imageTokens(NDArray imagesBCHW, Mode mode) {
    boolean training = mode.isTraining() && !parameters.isFrozen(ModelPart.IMAGE_TOWER);
    return image.tokens(imagesBCHW, training);
  }

  /**
   * How much each answer fits.
   *
   * @param tokensBTW image tokens, (batch, tokens, token width)
   * @param idsBL question words, padded behind their end with any id, (batch, length), int64
   * @param lengthsB words of each question, 1 to length
   * @return (batch, answers)
   */
  public NDArray logits(NDArray tokensBTW, NDArray idsBL, int[] lengthsB, Mode mode) {
    long length = idsBL.getShape().get(1);
    if (length > question.getMaxTokens()) {
      throw new IllegalArgumentException(
          "questions have " + length + " tokens, expected at most " + question.getMaxTokens());
    }
    for (int b = 0; b < lengthsB.length; b++) {
      if (lengthsB[b] < 1 || lengthsB[b] > length) {
        throw new IllegalArgumentException(
            "length of question %d must be 1 to %d, was %d".formatted(b, length, lengthsB[b]));
      }
    }
    long batch = tokensBTW.getShape().get(0);
    NDArray placesBTP = Ops.expand(places.array(), batch, tokens(), Positions.WIDTH);
    NDArray tokensBTV = Ops.concat(2, tokensBTW, placesBTP);
    NDArray statesBLQ = gru.forward(Ops.rows(idsBL, words.array()));
    return classifier.forward(fusion.forward(tokensBTV, statesBLQ, lengthsB), mode);
  }

  /**
   * Mean cross entropy of the samples that have a class.
   *
   * @param targetsB an answer's class, or negative for an answer that is none of the classes
   */
  public NDArray loss(NDArray logitsBC, long[] targetsB) {
    return Losses.crossEntropy(logitsBC, targetsB);
  }

  public Cost cost() {
    Products products = new Products();
    image.count(products);
    gru.count(products, question.getMaxTokens());
    fusion.count(products, tokens(), question.getMaxTokens());
    classifier.count(products);
    return Cost.of(parameters, products);
  }
}
