package dev.xfolds.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ClipPlan;
import dev.xfolds.contract.v1.ModelPart;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Counts need no values: nothing here loads libtorch. */
final class CostTest {

  private static ClipPlan vitB32() {
    return Plans.clip(Plans.vit(224, 32, 768, 12, 12), Plans.text(77, 49_408, 512, 12, 8), 512);
  }

  @Test
  void parametersEqualThePublicOnes() {
    assertThat(ClipModel.outline(vitB32()).cost().parameters()).isEqualTo(151_277_313);
    ClipPlan rn50 =
        Plans.clip(
            Plans.resnet(224, 64, 32, List.of(3, 4, 6, 3)),
            Plans.text(77, 49_408, 512, 12, 8),
            1024);
    assertThat(ClipModel.outline(rn50).cost().parameters()).isEqualTo(102_007_137);
    ClipPlan rn50x4 =
        Plans.clip(
            Plans.resnet(288, 80, 40, List.of(4, 6, 10, 6)),
            Plans.text(77, 49_408, 640, 12, 10),
            640);
    assertThat(ClipModel.outline(rn50x4).cost().parameters()).isEqualTo(178_300_601);
  }

  @Test
  void flopsOfAVitAreThoseOfItsProducts() {
    long image = 49L * 3072 * 768 + 12 * (50L * 12 * 768 * 768 + 2L * 50 * 50 * 768) + 768L * 512;
    long text = 12 * (77L * 12 * 512 * 512 + 2L * 77 * 77 * 512) + 512L * 512;
    Cost cost = ClipModel.outline(vitB32()).cost();
    assertThat(cost.forwardFlops()).isEqualTo(2 * (image + text));
    assertThat(cost.trainingFlops()).isEqualTo(3 * cost.forwardFlops());
  }

  @Test
  void flopsOfAResnetAreThoseOfItsProducts() {
    long stem = 64L * 27 * 4 + 64L * 36 * 4 + 64L * 36 * 8;
    long first = 16L * (8 * 8 + 72 * 8 + 8 * 32 + 8 * 32);
    long second = 16L * (32 * 16 + 144 * 16) + 4L * (16 * 64 + 32 * 64);
    long pool = 64L * 64 + 2L * 5 * 64 * 64 + 2L * 5 * 64 + 64L * 8;
    long text = 2 * (6L * 12 * 16 * 16 + 2L * 6 * 6 * 16) + 16L * 8;
    Cost cost = ClipModel.outline(Plans.tinyClip(Plans.tinyResnet())).cost();
    assertThat(cost.forwardFlops()).isEqualTo(2 * (stem + first + second + pool + text));
  }

  @Test
  void frozenTowersCountOnceAndWhatGradientsPassTwice() {
    long image = 2 * (4L * 192 * 16 + 2 * (5L * 12 * 16 * 16 + 2L * 5 * 5 * 16));
    long question = 2 * 5L * 30 * (6 + 10);
    long fusion = 2 * (10L * 9 + 9L * 9 + 2 * (4L * 32 * 9 + 4L * 9 + 4L * 9));
    long classifier = 2 * (9L * 12 + 12L * 7);
    VqaClassifier model = VqaClassifier.outline(Plans.vqa(Plans.tinyVit(), Plans.stacked(2, 9)));
    assertThat(model.cost().forwardFlops()).isEqualTo(image + question + fusion + classifier);

    model.parameters().freeze(Set.of(ModelPart.IMAGE_TOWER));
    assertThat(model.cost().trainingFlops())
        .isEqualTo(image + 3 * (question + fusion + classifier));
    model.parameters().freeze(Set.of(ModelPart.IMAGE_TOWER, ModelPart.FUSION));
    assertThat(model.cost().trainingFlops())
        .isEqualTo(image + 2 * fusion + 3 * (question + classifier));
    model
        .parameters()
        .freeze(Set.of(ModelPart.IMAGE_TOWER, ModelPart.QUESTION_ENCODER, ModelPart.FUSION));
    assertThat(model.cost().trainingFlops()).isEqualTo(image + question + fusion + 3 * classifier);
    assertThat(model.cost().trainableParameters()).isEqualTo(9 * 12 + 12 + 1 + 12 * 7 + 7 + 1);
  }

  @Test
  void bilinearAttentionCountsPairsOfTokensAndWords() {
    int tokens = 4;
    int width = 64 + 16;
    long logits = 4L * width * 27 + 5L * 10 * 27 + 2L * tokens * 5 * 27;
    long glimpse = 4L * width * 9 + 5L * 10 * 9 + 4L * 5 * 9 + 9L * 10;
    Cost bilinear =
        VqaClassifier.outline(Plans.vqa(Plans.tinyResnet(), Plans.bilinear(2, 9))).cost();
    Cost stacked =
        VqaClassifier.outline(Plans.vqa(Plans.tinyResnet(), Plans.stacked(1, 10))).cost();
    long hop = 10L * 10 + 4L * width * 10 + 4L * 10 + 4L * 10;
    assertThat(bilinear.forwardFlops() - stacked.forwardFlops())
        .isEqualTo(2 * (logits + 2 * glimpse - hop));
  }
}
