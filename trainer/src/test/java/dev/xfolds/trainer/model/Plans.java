package dev.xfolds.trainer.model;

import dev.xfolds.contract.v1.Activation;
import dev.xfolds.contract.v1.BilinearAttentionPlan;
import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.StackedAttentionPlan;
import dev.xfolds.contract.v1.TextTowerPlan;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import java.util.List;

/** Plans of models that are built in tests. */
final class Plans {

  private Plans() {}

  static ImageTowerPlan resnet(int side, int width, int heads, List<Integer> layers) {
    return ImageTowerPlan.newBuilder()
        .setImageSize(side)
        .setResnet(ResNetPlan.newBuilder().setWidth(width).setHeads(heads).addAllLayers(layers))
        .build();
  }

  static ImageTowerPlan vit(int side, int patch, int width, int layers, int heads) {
    return ImageTowerPlan.newBuilder()
        .setImageSize(side)
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

  static TextTowerPlan text(int length, int vocabulary, int width, int layers, int heads) {
    return TextTowerPlan.newBuilder()
        .setContextLength(length)
        .setVocabularySize(vocabulary)
        .setWidth(width)
        .setLayers(layers)
        .setHeads(heads)
        .setMlpWidth(4 * width)
        .setActivation(Activation.QUICK_GELU)
        .build();
  }

  static ClipPlan clip(ImageTowerPlan image, TextTowerPlan text, int projection) {
    return ClipPlan.newBuilder()
        .setImage(image)
        .setText(text)
        .setProjectionWidth(projection)
        .setLogitScaleInit(Math.log(1 / 0.07))
        .setLogitScaleMax(100)
        .build();
  }

  /** Two stages: 16 px give 2 x 2 cells of 64 values. */
  static ImageTowerPlan tinyResnet() {
    return resnet(16, 8, 4, List.of(1, 1));
  }

  static ImageTowerPlan tinyVit() {
    return vit(16, 8, 16, 2, 2);
  }

  static ClipPlan tinyClip(ImageTowerPlan image) {
    return clip(image, text(6, 20, 16, 2, 2), 8);
  }

  static FusionPlan stacked(int hops, int width) {
    return FusionPlan.newBuilder()
        .setStacked(StackedAttentionPlan.newBuilder().setHops(hops).setWidth(width))
        .build();
  }

  static FusionPlan bilinear(int glimpses, int width) {
    return FusionPlan.newBuilder()
        .setBilinear(BilinearAttentionPlan.newBuilder().setGlimpses(glimpses).setWidth(width))
        .build();
  }

  static VqaClassifierPlan vqa(ImageTowerPlan image, FusionPlan fusion) {
    return VqaClassifierPlan.newBuilder()
        .setImage(image)
        .setQuestion(
            GruPlan.newBuilder()
                .setVocabularySize(20)
                .setMaxTokens(5)
                .setEmbeddingWidth(6)
                .setWidth(10))
        .setFusion(fusion)
        .setClassifierWidth(12)
        .setAnswers(7)
        .setDropout(0.25)
        .build();
  }
}
