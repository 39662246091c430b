package dev.xfolds.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.BilinearAttentionPlan;
import dev.xfolds.contract.v1.FusionPlan;
import dev.xfolds.contract.v1.GruPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.StackedAttentionPlan;
import dev.xfolds.contract.v1.VqaClassifierPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CostTest {

  private static Cost clip(String preset) {
    return Cost.of(ModelPlan.newBuilder().setClip(Presets.clip(preset)).build());
  }

  private static Cost vqa(FusionPlan fusion) {
    return Cost.of(
        ModelPlan.newBuilder()
            .setVqaClassifier(
                VqaClassifierPlan.newBuilder()
                    .setImage(Presets.clip("tiny-rn").getImage())
                    .setQuestion(
                        GruPlan.newBuilder()
                            .setVocabularySize(10)
                            .setMaxTokens(3)
                            .setEmbeddingWidth(4)
                            .setWidth(5))
                    .setFusion(fusion)
                    .setClassifierWidth(6)
                    .setAnswers(7))
            .build());
  }

  @ParameterizedTest
  @CsvSource({"vit-b-32, 151277313", "rn50, 102007137", "rn50x4, 178300601"})
  void publishedModelsHaveTheirPublishedParameters(String preset, long parameters) {
    assertThat(clip(preset).parameters()).isEqualTo(parameters);
  }

  @Test
  void visionTransformerCountsEveryProduct() {
    long tokens = 50;
    long block = 12L * 768 * 768 * tokens + 2 * tokens * tokens * 768;
    long image = 49L * 3072 * 768 + 12 * block + 768L * 512;
    long textBlock = 12L * 512 * 512 * 77 + 2L * 77 * 77 * 512;
    long text = 12 * textBlock + 512L * 512;
    assertThat(clip("vit-b-32").forwardFlops()).isEqualTo(2 * (image + text));
  }

  @Test
  void blocksThatAreComputedAnewHoldTheirInputsAndOneBlock() {
    ModelPlan model = ModelPlan.newBuilder().setClip(Presets.clip("vit-b-32")).build();
    Cost kept = Cost.of(model);
    Cost anew = Cost.of(model, true);
    assertThat(anew.parameters()).isEqualTo(kept.parameters());
    assertThat(anew.trainingFlops(List.of())).isEqualTo(kept.trainingFlops(List.of()));
    long image = PartCost.block(768, 3072, 12, 50).activations();
    long text = PartCost.block(512, 2048, 8, 77).activations();
    assertThat(kept.activations(List.of()) - anew.activations(List.of()))
        .isEqualTo(11 * (image + text) - 12 * (50 * 768 + 77 * 512));
  }

  @Test
  void stackedAttentionCountsEachHop() {
    Cost cost =
        vqa(
            FusionPlan.newBuilder()
                .setStacked(StackedAttentionPlan.newBuilder().setHops(2).setWidth(8))
                .build());
    // Tokens: 64 of width 128 + 16. First hop 5 -> 8, second 8 -> 8.
    PartCost fusion = cost.parts().get(ModelPart.FUSION);
    assertThat(fusion.parameters()).isEqualTo((5 * 8 + 8) + (8 * 8 + 8) + 2 * (144 * 8 + 8 + 1));
    assertThat(fusion.forwardFlops())
        .isEqualTo(2 * (5 * 8 + 8 * 8 + 2 * (64 * 144 * 8 + 64 * 8 + 64 * 8)));
    PartCost classifier = cost.parts().get(ModelPart.CLASSIFIER);
    assertThat(classifier.parameters()).isEqualTo((8 * 6 + 6 + 1) + (6 * 7 + 7 + 1));
    PartCost question = cost.parts().get(ModelPart.QUESTION_ENCODER);
    assertThat(question.parameters()).isEqualTo(10 * 4 + 15 * 4 + 15 * 5 + 30);
    assertThat(question.forwardFlops()).isEqualTo(2 * 3 * 15 * (4 + 5));
  }

  @Test
  void bilinearAttentionCountsLogitsAndGlimpses() {
    Cost cost =
        vqa(
            FusionPlan.newBuilder()
                .setBilinear(BilinearAttentionPlan.newBuilder().setGlimpses(2).setWidth(8))
                .build());
    PartCost fusion = cost.parts().get(ModelPart.FUSION);
    assertThat(fusion.parameters())
        .isEqualTo(
            (144 * 24 + 24 + 1)
                + (5 * 24 + 24 + 1)
                + (2 * 24 + 1 + 2)
                + 2 * ((144 * 8 + 8 + 1) + (5 * 8 + 8 + 1) + (8 * 5 + 5 + 1)));
    assertThat(fusion.forwardFlops())
        .isEqualTo(
            2
                * (64 * 144 * 24
                    + 3 * 5 * 24
                    + 2 * 64 * 3 * 24
                    + 2 * (64 * 144 * 8 + 3 * 5 * 8 + 64 * 3 * 8 + 8 * 5)));
  }

  @Test
  void frozenPartsCountForwardAndWhatPassesThrough() {
    Cost cost =
        vqa(
            FusionPlan.newBuilder()
                .setStacked(StackedAttentionPlan.newBuilder().setHops(1).setWidth(8))
                .build());
    long image = cost.parts().get(ModelPart.IMAGE_TOWER).forwardFlops();
    long fusion = cost.parts().get(ModelPart.FUSION).forwardFlops();
    assertThat(cost.trainingFlops(List.of())).isEqualTo(3 * cost.forwardFlops());
    assertThat(cost.trainingFlops(List.of(ModelPart.IMAGE_TOWER)))
        .isEqualTo(3 * cost.forwardFlops() - 2 * image);
    assertThat(cost.trainingFlops(List.of(ModelPart.IMAGE_TOWER, ModelPart.FUSION)))
        .isEqualTo(3 * cost.forwardFlops() - 2 * image - fusion);
  }

  @Test
  void temperatureBelongsToTheTextTower() {
    Cost cost = clip("tiny-rn");
    assertThat(cost.trainableParameters(List.of(ModelPart.TEXT_TOWER)))
        .isEqualTo(cost.parts().get(ModelPart.IMAGE_TOWER).parameters());
  }
}
