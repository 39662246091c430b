package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.VolumeFile;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.data.Sample;
import dev.xfolds.trainer.model.ClipModel;
import dev.xfolds.trainer.model.VqaClassifier;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.TensorException;
import dev.xfolds.trainer.text.Tokenizer;
import dev.xfolds.trainer.text.WordPiece;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Builds the model of a plan, with the weights and vocabularies that it starts or continues with.
 */
final class Learners {

  private final RunPlan plan;
  private final Volumes volumes;
  private final NDManager manager;
  private final Collectives ranks;

  Learners(RunPlan plan, Volumes volumes, NDManager manager, Collectives ranks) {
    this.plan = plan;
    this.volumes = volumes;
    this.manager = manager;
    this.ranks = ranks;
  }

  /**
   * A model before its first step.
   *
   * @param training what vocabularies are learned from
   * @throws TrainerException code 2 if the origin does not fit
   */
  Learner fresh(List<Sample> training, Optional<Origin> origin) {
    Learner learner =
        switch (plan.getModel().getKindCase()) {
          case CLIP -> clip(plan.getModel().getClip(), words(training, origin));
          case VQA_CLASSIFIER -> {
            VqaClassifierPlan vqa = plan.getModel().getVqaClassifier();
            yield vqa(vqa, words(training, origin).orElseThrow(), answers(vqa, training, origin));
          }
          case KIND_NOT_SET -> throw noModel();
        };
    origin.ifPresent(source -> source.load(learner.parameters()));
    return ready(learner);
  }

  /**
   * The model of a checkpoint of this run.
   *
   * @throws TrainerException code 2 if it holds another model
   */
  Learner of(Checkpoint checkpoint) {
    Learner learner =
        switch (plan.getModel().getKindCase()) {
          case CLIP -> clip(plan.getModel().getClip(), wordsOf(checkpoint));
          case VQA_CLASSIFIER ->
              vqa(
                  plan.getModel().getVqaClassifier(),
                  WordPiece.read(checkpoint.file(Checkpoint.VOCABULARY)),
                  AnswerClasses.read(checkpoint.file(Checkpoint.ANSWERS)));
          case KIND_NOT_SET -> throw noModel();
        };
    load(learner, checkpoint);
    return ready(learner);
  }

  /** Puts a checkpoint's weights into a model. */
  static void load(Learner learner, Checkpoint checkpoint) {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint.file(Checkpoint.MODEL))) {
      learner.parameters().load(file);
    } catch (TensorException e) {
      throw TrainerException.invalid(
          "checkpoint %s is of another model: %s"
              .formatted(checkpoint.folder().getFileName(), e.getMessage()),
          e);
    }
  }

  private Learner ready(Learner learner) {
    List<ModelPart> frozen = plan.getTraining().getFrozenList();
    Set<ModelPart> parts = EnumSet.noneOf(ModelPart.class);
    parts.addAll(frozen);
    learner.parameters().freeze(parts);
    PlanPromise.check(plan.getCost(), learner.cost());
    return learner;
  }

  private Learner clip(ClipPlan clip, Optional<WordPiece> words) {
    int size = clip.getText().getVocabularySize();
    Tokenizer tokenizer = words.isPresent() ? words.get() : bytePair(clip);
    if (tokenizer.size() > size) {
      throw TrainerException.invalid(
          "spec.model.clip.text.vocabularySize must be at least the %d tokens of the tokenizer, was %d"
              .formatted(tokenizer.size(), size));
    }
    ClipModel model =
        ClipModel.create(clip, Arithmetic.of(plan, new RanksOfLayers(ranks)), manager, seed());
    return new ClipLearner(
        model, tokenizer, clip.getText().getContextLength(), new RanksOfLayers(ranks));
  }

  private Tokenizer bytePair(ClipPlan clip) {
    VolumeFile file = clip.getTokenizer().getBytePair();
    return Tokenizer.bytePair(
        volumes.file("spec.model.clip.tokenizer.bytePair", file.getVolume(), file.getPath()));
  }

  private Learner vqa(VqaClassifierPlan vqa, WordPiece words, AnswerClasses answers) {
    int size = vqa.getQuestion().getVocabularySize();
    if (words.size() > size) {
      throw TrainerException.invalid(
          "spec.model.vqaClassifier.question.vocabularySize must be at least the %d tokens of the vocabulary, was %d"
              .formatted(words.size(), size));
    }
    if (answers.size() > vqa.getAnswers()) {
      throw TrainerException.invalid(
          "spec.model.vqaClassifier.answers must be at least the %d of the classifier that is taken, was %d"
              .formatted(answers.size(), vqa.getAnswers()));
    }
    VqaClassifier model =
        VqaClassifier.create(vqa, Arithmetic.of(plan, new RanksOfLayers(ranks)), manager, seed());
    return new VqaLearner(model, words, answers, vqa.getQuestion().getMaxTokens(), ranks);
  }

  private long seed() {
    return plan.getTraining().getSeed();
  }

  /** Taken with the part that reads it, else learned; empty with a byte-pair tokenizer. */
  private Optional<WordPiece> words(List<Sample> training, Optional<Origin> origin) {
    return switch (plan.getModel().getKindCase()) {
      case CLIP -> {
        ClipPlan clip = plan.getModel().getClip();
        yield clip.getTokenizer().hasBytePair()
            ? Optional.empty()
            : Optional.of(
                words(
                    ModelPart.TEXT_TOWER,
                    clip.getText().getVocabularySize(),
                    clip.getTokenizer().getWordPiece().getMinimumFrequency(),
                    training,
                    origin));
      }
      case VQA_CLASSIFIER -> {
        var question = plan.getModel().getVqaClassifier().getQuestion();
        yield Optional.of(
            words(
                ModelPart.QUESTION_ENCODER,
                question.getVocabularySize(),
                question.getMinimumFrequency(),
                training,
                origin));
      }
      case KIND_NOT_SET -> throw noModel();
    };
  }

  private static WordPiece words(
      ModelPart reader,
      int maximumSize,
      int minimumFrequency,
      List<Sample> training,
      Optional<Origin> origin) {
    Optional<Path> taken = origin.flatMap(o -> o.vocabulary(reader, Checkpoint.VOCABULARY));
    return taken.isPresent()
        ? WordPiece.read(taken.get())
        : WordPiece.learn(
            training.stream().map(Sample::text).toList(), maximumSize, minimumFrequency);
  }

  private Optional<WordPiece> wordsOf(Checkpoint checkpoint) {
    return plan.getModel().getClip().getTokenizer().hasBytePair()
        ? Optional.empty()
        : Optional.of(WordPiece.read(checkpoint.file(Checkpoint.VOCABULARY)));
  }

  private static AnswerClasses answers(
      VqaClassifierPlan vqa, List<Sample> training, Optional<Origin> origin) {
    Optional<Path> taken =
        origin.flatMap(o -> o.vocabulary(ModelPart.CLASSIFIER, Checkpoint.ANSWERS));
    return taken.isPresent()
        ? AnswerClasses.read(taken.get())
        : AnswerClasses.learn(training.stream().map(Sample::answers).toList(), vqa.getAnswers());
  }

  private static TrainerException noModel() {
    return TrainerException.invalid("model must be clip or vqa_classifier, was neither");
  }
}
