package dev.xfolds.trainer.config;

import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;

/** Checks the sizes of a model: everything positive, everything that must divide divides. */
final class ModelCheck {

  private static final int MAX_STAGES = 8;

  private ModelCheck() {}

  static void model(Problems problems, ModelPlan model) {
    switch (model.getKindCase()) {
      case CLIP -> clip(problems, model.getClip());
      case VQA_CLASSIFIER -> vqa(problems, model.getVqaClassifier());
      case KIND_NOT_SET -> problems.require(false, "model", "clip or vqa_classifier", "absent");
    }
  }

  private static void clip(Problems problems, ClipPlan clip) {
    image(problems, "model.clip.image", clip.getImage());
    text(problems, "model.clip.text", clip.getText());
    problems.positive("model.clip.projection_width", clip.getProjectionWidth());
    problems.require(
        Double.isFinite(clip.getLogitScaleInit()),
        "model.clip.logit_scale_init",
        "finite",
        clip.getLogitScaleInit());
    problems.positive("model.clip.logit_scale_max", clip.getLogitScaleMax());
    TokenizerPlan tokenizer = clip.getTokenizer();
    switch (tokenizer.getKindCase()) {
      case BYTE_PAIR ->
          problems.relative(
              "model.clip.tokenizer.byte_pair.path", tokenizer.getBytePair().getPath());
      case WORD_PIECE ->
          problems.positive(
              "model.clip.tokenizer.word_piece.minimum_frequency",
              tokenizer.getWordPiece().getMinimumFrequency());
      case KIND_NOT_SET ->
          problems.require(false, "model.clip.tokenizer", "byte_pair or word_piece", "absent");
    }
  }

  private static void vqa(Problems problems, VqaClassifierPlan vqa) {
    image(problems, "model.vqa_classifier.image", vqa.getImage());
    GruPlan question = vqa.getQuestion();
    String field = "model.vqa_classifier.question";
    problems.positive(field + ".vocabulary_size", question.getVocabularySize());
    problems.positive(field + ".max_tokens", question.getMaxTokens());
    problems.positive(field + ".embedding_width", question.getEmbeddingWidth());
    problems.positive(field + ".width", question.getWidth());
    problems.positive(field + ".minimum_frequency", question.getMinimumFrequency());
    fusion(problems, vqa.getFusion());
    problems.positive("model.vqa_classifier.classifier_width", vqa.getClassifierWidth());
    problems.positive("model.vqa_classifier.answers", vqa.getAnswers());
    problems.fraction("model.vqa_classifier.dropout", vqa.getDropout());
  }

  private static void fusion(Problems problems, FusionPlan fusion) {
    String field = "model.vqa_classifier.fusion";
    switch (fusion.getKindCase()) {
      case STACKED -> {
        problems.positive(field + ".stacked.hops", fusion.getStacked().getHops());
        problems.positive(field + ".stacked.width", fusion.getStacked().getWidth());
      }
      case BILINEAR -> {
        problems.positive(field + ".bilinear.glimpses", fusion.getBilinear().getGlimpses());
        problems.positive(field + ".bilinear.width", fusion.getBilinear().getWidth());
      }
      case KIND_NOT_SET -> problems.require(false, field, "stacked or bilinear", "absent");
    }
  }

  private static void image(Problems problems, String field, ImageTowerPlan image) {
    problems.positive(field + ".image_size", image.getImageSize());
    problems.require(
        image.getMeanCount() == 3 && image.getMeanList().stream().allMatch(Double::isFinite),
        field + ".mean",
        "three values",
        image.getMeanList());
    problems.require(
        image.getStdCount() == 3
            && image.getStdList().stream().allMatch(s -> s > 0 && Double.isFinite(s)),
        field + ".std",
        "three positive values",
        image.getStdList());
    switch (image.getKindCase()) {
      case VIT -> vit(problems, field, image.getImageSize(), image.getVit());
      case RESNET -> resnet(problems, field, image.getImageSize(), image.getResnet());
      case KIND_NOT_SET -> problems.require(false, field, "vit or resnet", "absent");
    }
  }

  private static void vit(Problems problems, String field, int imageSize, VitPlan vit) {
    problems.positive(field + ".vit.patch_size", vit.getPatchSize());
    problems.divides(field + ".image_size", imageSize, "patch_size", vit.getPatchSize());
    transformer(
        problems,
        field + ".vit",
        vit.getWidth(),
        vit.getLayers(),
        vit.getHeads(),
        vit.getMlpWidth(),
        vit.getActivation());
  }

  private static void resnet(Problems problems, String field, int imageSize, ResNetPlan resnet) {
    problems.positive(field + ".resnet.width", resnet.getWidth());
    problems.require(
        resnet.getWidth() % 2 == 0,
        field + ".resnet.width",
        "even, because the stem halves it",
        resnet.getWidth());
    int stages = resnet.getLayersCount();
    problems.require(
        stages > 0 && stages <= MAX_STAGES && resnet.getLayersList().stream().allMatch(l -> l > 0),
        field + ".resnet.layers",
        "one positive number per stage, at most %d".formatted(MAX_STAGES),
        resnet.getLayersList());
    problems.positive(field + ".resnet.heads", resnet.getHeads());
    if (stages > 0 && stages <= MAX_STAGES) {
      problems.divides(field + ".image_size", imageSize, "the stride of all stages", 2L << stages);
      long width = (long) resnet.getWidth() << (stages + 1);
      problems.divides(field + ".resnet output width", width, "heads", resnet.getHeads());
    }
  }

  private static void text(Problems problems, String field, TextTowerPlan text) {
    problems.positive(field + ".context_length", text.getContextLength());
    problems.positive(field + ".vocabulary_size", text.getVocabularySize());
    transformer(
        problems,
        field,
        text.getWidth(),
        text.getLayers(),
        text.getHeads(),
        text.getMlpWidth(),
        text.getActivation());
  }

  private static void transformer(
      Problems problems,
      String field,
      int width,
      int layers,
      int heads,
      int mlpWidth,
      Activation activation) {
    problems.positive(field + ".width", width);
    problems.positive(field + ".layers", layers);
    problems.positive(field + ".heads", heads);
    problems.divides(field + ".width", width, "heads", heads);
    problems.positive(field + ".mlp_width", mlpWidth);
    problems.require(
        activation == Activation.GELU || activation == Activation.QUICK_GELU,
        field + ".activation",
        "GELU or QUICK_GELU",
        activation);
  }
}
