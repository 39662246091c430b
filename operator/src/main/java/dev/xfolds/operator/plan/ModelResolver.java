package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.BilinearAttentionPlan;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.LearnedVocabulary;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.StackedAttentionPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import dev.xfolds.operator.api.ClipSpec;
import dev.xfolds.operator.api.FusionSpec;
import dev.xfolds.operator.api.ImageEncoderSpec;
import dev.xfolds.operator.api.ImageSpec;
import dev.xfolds.operator.api.ModelSpec;
import dev.xfolds.operator.api.QuestionSpec;
import dev.xfolds.operator.api.TextSpec;
import dev.xfolds.operator.api.TokenizerSpec;
import dev.xfolds.operator.api.VqaClassifierSpec;

/** Sizes of the model: what the user gives, over the preset, over the defaults. */
final class ModelResolver {

  private static final String PATH = "spec.model";
  private static final int DEFAULT_WIDTH = 128;

  private final Problems problems;

  ModelResolver(Problems problems) {
    this.problems = problems;
  }

  ModelPlan resolve(ModelSpec spec) {
    if (spec == null) {
      return ModelPlan.getDefaultInstance();
    }
    if ((spec.clip() == null) == (spec.vqaClassifier() == null)) {
      problems.add(
          PATH,
          "must name exactly one of clip and vqaClassifier, was %s",
          spec.clip() == null ? "none" : "both");
    }
    ModelPlan.Builder model = ModelPlan.newBuilder();
    if (spec.clip() != null) {
      model.setClip(clip(spec.clip(), PATH + ".clip"));
    }
    if (spec.vqaClassifier() != null) {
      model.setVqaClassifier(vqaClassifier(spec.vqaClassifier(), PATH + ".vqaClassifier"));
    }
    return model.build();
  }

  private ClipPlan clip(ClipSpec spec, String path) {
    ClipPlan preset = preset(spec.preset(), path);
    ImageSpec image = spec.image() == null ? new ImageSpec(null, null, null) : spec.image();
    ClipPlan.Builder clip =
        preset.toBuilder()
            .setImage(
                new ImageTowerResolver(problems)
                    .resolve(
                        preset.getImage(),
                        image.imageSize(),
                        image.vit(),
                        image.resnet(),
                        path + ".image"))
            .setText(text(preset.getText(), spec.text(), path + ".text"))
            .setProjectionWidth(
                size(
                    spec.projectionWidth(),
                    preset.getProjectionWidth(),
                    path + ".projectionWidth"));
    return clip.setTokenizer(tokenizer(preset, spec, path + ".tokenizer")).build();
  }

  private ClipPlan preset(String name, String path) {
    if (name == null) {
      return Presets.none();
    }
    ClipPlan preset = Presets.clip(name);
    if (preset == null) {
      problems.add(path + ".preset", "%s", Presets.unknown(name));
      return Presets.clip("tiny-rn");
    }
    return preset;
  }

  private TextTowerPlan text(TextTowerPlan preset, TextSpec given, String path) {
    TextSpec spec = given == null ? new TextSpec(null, null, null, null, null, null, null) : given;
    int width = size(spec.width(), preset.getWidth(), path + ".width");
    int heads = size(spec.heads(), preset.getHeads(), path + ".heads");
    divisible(problems, path + ".width", width, heads);
    return TextTowerPlan.newBuilder()
        .setContextLength(
            size(spec.contextLength(), preset.getContextLength(), path + ".contextLength"))
        .setVocabularySize(
            size(spec.vocabularySize(), preset.getVocabularySize(), path + ".vocabularySize"))
        .setWidth(width)
        .setLayers(size(spec.layers(), preset.getLayers(), path + ".layers"))
        .setHeads(heads)
        .setMlpWidth(spec.mlpWidth() != null ? spec.mlpWidth() : 4 * width)
        .setActivation(activation(spec.activation(), preset.getActivation()))
        .build();
  }

  private TokenizerPlan tokenizer(ClipPlan preset, ClipSpec spec, String path) {
    TokenizerSpec tokenizer = spec.tokenizer();
    if (tokenizer == null) {
      if (!preset.hasTokenizer()) {
        problems.add(
            path,
            "must be given%s: bytePair: {volume, path} with the published vocabulary, or wordPiece:"
                + " {}",
            spec.preset() == null ? "" : " with preset " + spec.preset());
      }
      return preset.getTokenizer();
    }
    if ((tokenizer.bytePair() == null) == (tokenizer.wordPiece() == null)) {
      problems.add(
          path,
          "must name exactly one of bytePair and wordPiece, was %s",
          tokenizer.bytePair() == null ? "none" : "both");
    }
    TokenizerPlan.Builder plan = TokenizerPlan.newBuilder();
    if (tokenizer.bytePair() != null) {
      plan.setBytePair(Volumes.file(problems, tokenizer.bytePair(), path + ".bytePair"));
    } else if (tokenizer.wordPiece() != null) {
      plan.setWordPiece(
          LearnedVocabulary.newBuilder()
              .setMinimumFrequency(or(tokenizer.wordPiece().minimumFrequency(), 2)));
    }
    return plan.build();
  }

  private VqaClassifierPlan vqaClassifier(VqaClassifierSpec spec, String path) {
    VqaClassifierPlan.Builder plan = VqaClassifierPlan.newBuilder();
    if (spec.image() != null) {
      ImageEncoderSpec image = spec.image();
      plan.setImage(
          new ImageTowerResolver(problems)
              .resolve(
                  preset(image.preset(), path + ".image").getImage(),
                  image.imageSize(),
                  image.vit(),
                  image.resnet(),
                  path + ".image"));
    }
    double dropout = Decimals.read(problems, spec.dropout(), 0.2, path + ".dropout");
    if (dropout >= 1) {
      problems.add(path + ".dropout", "must be below 1, was %s", spec.dropout());
    }
    return plan.setQuestion(question(spec.question()))
        .setFusion(fusion(spec.fusion(), path + ".fusion"))
        .setClassifierWidth(or(spec.classifierWidth(), 2 * DEFAULT_WIDTH))
        .setAnswers(or(spec.answers(), 1))
        .setDropout(dropout)
        .build();
  }

  private static GruPlan question(QuestionSpec given) {
    QuestionSpec spec = given == null ? new QuestionSpec(null, null, null, null, null) : given;
    return GruPlan.newBuilder()
        .setVocabularySize(or(spec.vocabularySize(), 512))
        .setMaxTokens(or(spec.maxTokens(), 32))
        .setEmbeddingWidth(or(spec.embeddingWidth(), DEFAULT_WIDTH))
        .setWidth(or(spec.width(), DEFAULT_WIDTH))
        .setMinimumFrequency(or(spec.minimumFrequency(), 2))
        .build();
  }

  private FusionPlan fusion(FusionSpec spec, String path) {
    FusionPlan.Builder plan = FusionPlan.newBuilder();
    if (spec == null) {
      return plan.build();
    }
    if ((spec.stacked() == null) == (spec.bilinear() == null)) {
      problems.add(
          path,
          "must name exactly one of stacked and bilinear, was %s",
          spec.stacked() == null ? "none" : "both");
    }
    if (spec.stacked() != null) {
      plan.setStacked(
          StackedAttentionPlan.newBuilder()
              .setHops(or(spec.stacked().hops(), 2))
              .setWidth(or(spec.stacked().width(), DEFAULT_WIDTH)));
    } else if (spec.bilinear() != null) {
      plan.setBilinear(
          BilinearAttentionPlan.newBuilder()
              .setGlimpses(or(spec.bilinear().glimpses(), 2))
              .setWidth(or(spec.bilinear().width(), DEFAULT_WIDTH)));
    }
    return plan.build();
  }

  private int size(Integer given, int preset, String path) {
    return size(problems, given, preset, path);
  }

  /** The given size, or that of the preset; 0 is "no preset", and then the size must be given. */
  static int size(Problems problems, Integer given, int preset, String path) {
    if (given == null && preset == 0) {
      problems.add(path, "must be given, because there is no preset to take it from, was absent");
    }
    return given != null ? given : preset;
  }

  static void divisible(Problems problems, String path, int width, int heads) {
    if (heads > 0 && width % heads != 0) {
      problems.add(path, "must be a multiple of heads (%d), was %d", heads, width);
    }
  }

  static Activation activation(dev.xfolds.operator.api.Activation given, Activation preset) {
    if (given == null) {
      return preset == Activation.ACTIVATION_UNSPECIFIED ? Activation.QUICK_GELU : preset;
    }
    return switch (given) {
      case GELU -> Activation.GELU;
      case QUICK_GELU -> Activation.QUICK_GELU;
    };
  }

  private static int or(Integer given, int otherwise) {
    return given != null ? given : otherwise;
  }
}
