package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.LearnedVocabulary;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.operator.api.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sizes of CLIP models by name. vit-b-32, rn50 and rn50x4 are those of the published weights
 * (arXiv:2103.00020, tables 19 and 20), without a tokenizer: its file is the user's.
 */
final class Presets {

  private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> STD = List.of(0.26862954, 0.26130258, 0.27577711);
  private static final TextTowerPlan TINY_TEXT = text(48, 512, 128, 2, 4);
  private static final TokenizerPlan LEARNED =
      TokenizerPlan.newBuilder()
          .setWordPiece(LearnedVocabulary.newBuilder().setMinimumFrequency(2))
          .build();

  private static final Map<String, ClipPlan> ALL = all();

  private Presets() {}

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /** What is said of a name that is none of them; public names differ in case and signs. */
  static String unknown(String name) {
    String known = "known: " + String.join(", ", names());
    return "must be a known preset, was \"%s\"; %s"
        .formatted(
            name.length() <= 60 ? name : name.substring(0, 57) + "...",
            Names.nearest(name.toLowerCase(Locale.ROOT), names())
                .map(near -> "did you mean %s? %s".formatted(near, known))
                .orElse(known));
  }

  /** The preset, or null. */
  static ClipPlan clip(String name) {
    return ALL.get(name);
  }

  /** What every CLIP model has, whatever its sizes. */
  static ClipPlan none() {
    return ClipPlan.newBuilder()
        .setLogitScaleInit(Math.log(1 / 0.07))
        .setLogitScaleMax(100)
        .setImage(ImageTowerPlan.newBuilder().addAllMean(MEAN).addAllStd(STD))
        .build();
  }

  private static Map<String, ClipPlan> all() {
    Map<String, ClipPlan> all = new LinkedHashMap<>();
    all.put("vit-b-32", clip(vit(224, 32, 768, 12, 12), text(77, 49408, 512, 12, 8), 512));
    all.put("rn50", clip(resnet(224, 64, 32, 3, 4, 6, 3), text(77, 49408, 512, 12, 8), 1024));
    all.put("rn50x4", clip(resnet(288, 80, 40, 4, 6, 10, 6), text(77, 49408, 640, 12, 10), 640));
    all.put(
        "tiny-rn",
        clip(resnet(64, 16, 4, 1, 1), TINY_TEXT, 128).toBuilder().setTokenizer(LEARNED).build());
    all.put(
        "tiny-vit",
        clip(vit(64, 8, 128, 4, 4), TINY_TEXT, 128).toBuilder().setTokenizer(LEARNED).build());
    return all;
  }

  private static ClipPlan clip(ImageTowerPlan image, TextTowerPlan text, int projectionWidth) {
    return none().toBuilder()
        .setImage(image)
        .setText(text)
        .setProjectionWidth(projectionWidth)
        .build();
  }

  private static ImageTowerPlan vit(int imageSize, int patch, int width, int layers, int heads) {
    return none().getImage().toBuilder()
        .setImageSize(imageSize)
        .setVit(
            VitPlan.newBuilder()
                .setPatchSize(patch)
                .setWidth(width)
                .setLayers(layers)
                .setHeads(heads)
                .setMlpWidth(4 * width)
                .setActivation(Activation.QUICK_GELU))
        .build();
  }

  private static ImageTowerPlan resnet(int imageSize, int width, int heads, Integer... layers) {
    return none().getImage().toBuilder()
        .setImageSize(imageSize)
        .setResnet(
            ResNetPlan.newBuilder()
                .setWidth(width)
                .addAllLayers(Arrays.asList(layers))
                .setHeads(heads))
        .build();
  }

  private static TextTowerPlan text(int context, int vocabulary, int width, int layers, int heads) {
    return TextTowerPlan.newBuilder()
        .setContextLength(context)
        .setVocabularySize(vocabulary)
        .setWidth(width)
        .setLayers(layers)
        .setHeads(heads)
        .setMlpWidth(4 * width)
        .setActivation(Activation.QUICK_GELU)
        .build();
  }
}
