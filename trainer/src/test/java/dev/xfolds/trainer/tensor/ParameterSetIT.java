package dev.xfolds.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.xfolds.contract.v1.ModelPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParameterSetIT {

  @TempDir Path folder;

  private static ParameterSet set(NDManager manager, long seed, int width, String... names) {
    ParameterSet set = new ParameterSet();
    for (String name : names) {
      ModelPart part = name.startsWith("image") ? ModelPart.IMAGE_TOWER : ModelPart.TEXT_TOWER;
      set.scope(part).weight(name, new Initializer.Normal(1), width);
    }
    set.scope(ModelPart.IMAGE_TOWER).counter("image.batches");
    set.allocate(manager, seed);
    return set;
  }

  private SafetensorsFile saved(ParameterSet set) throws IOException {
    Path path = folder.resolve("model.safetensors");
    SafetensorsWriter.write(path, set.tensors(), Map.of());
    return SafetensorsFile.open(path);
  }

  @Test
  void loadsWhatItSaved() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet first = set(manager, 1, 3, "image.w", "text.w");
      ParameterSet second = set(manager, 2, 3, "image.w", "text.w");
      try (SafetensorsFile file = saved(first)) {
        second.load(file);
      }
      first
          .tensors()
          .forEach(
              (name, array) ->
                  assertThat(second.get(name).array().toByteArray())
                      .isEqualTo(array.toByteArray()));
    }
  }

  @Test
  void aPartIsTakenFromAFileThatHoldsMore() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet clip = set(manager, 1, 3, "image.w", "image.pool", "text.w");
      ParameterSet classifier = set(manager, 2, 3, "image.w");
      try (SafetensorsFile file = saved(clip)) {
        classifier.load(file, Set.of(ModelPart.IMAGE_TOWER));
        assertThatThrownBy(() -> classifier.load(file, Set.of(ModelPart.TEXT_TOWER)))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("has no part [TEXT_TOWER]; it has [IMAGE_TOWER]");
      }
      assertThat(classifier.get("image.w").array().toFloatArray())
          .isEqualTo(clip.get("image.w").array().toFloatArray());
    }
  }

  @Test
  void missingExtraAndMisshapedTensorsAreNamed() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet model = set(manager, 1, 3, "image.w", "text.w");
      float[] before = model.get("image.w").array().toFloatArray();
      try (SafetensorsFile file = saved(set(manager, 2, 4, "image.w", "text.other"))) {
        assertThatThrownBy(() -> model.load(file))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining(file.path().toString())
            .hasMessageContaining("image.w has shape (4), expected (3)")
            .hasMessageContaining("text.w[3] is missing")
            .hasMessageContaining("text.other is not a tensor of this model");
      }
      assertThat(model.get("image.w").array().toFloatArray()).isEqualTo(before);
    }
  }

  @Test
  void fileWithOtherNamesIsToldByThem() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet model = set(manager, 1, 3, "image.w", "text.w");
      String[] others = new String[10];
      Arrays.setAll(others, i -> "text.block" + i);
      try (SafetensorsFile file = saved(set(manager, 2, 3, others))) {
        assertThatThrownBy(() -> model.load(file, Set.of(ModelPart.TEXT_TOWER)))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining(": text.w[3] is missing; it has text.block0, text.block1, ")
            .hasMessageEndingWith(", text.block7, and 3 more");
      }
    }
  }

  @Test
  void firstValuesDependOnSeedAndNameAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] values = set(manager, 5, 8, "image.w", "text.w").get("text.w").array().toFloatArray();
      assertThat(set(manager, 5, 8, "text.w").get("text.w").array().toFloatArray())
          .isEqualTo(values);
      assertThat(set(manager, 6, 8, "text.w").get("text.w").array().toFloatArray())
          .isNotEqualTo(values);
      assertThat(set(manager, 5, 8, "text.v").get("text.v").array().toFloatArray())
          .isNotEqualTo(values);
    }
  }

  @Test
  void frozenPartsAreNotTrainedButCounted() {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = set(manager, 1, 3, "image.w", "text.w");
      set.freeze(Set.of(ModelPart.IMAGE_TOWER));
      assertThat(set.size()).isEqualTo(6);
      assertThat(set.trainedSize()).isEqualTo(3);
      assertThat(set.trained()).extracting(Parameter::name).containsExactly("text.w");
      assertThat(set.get("image.w").array().hasGradient()).isFalse();
      set.freeze(Set.of());
      assertThat(set.trainedSize()).isEqualTo(6);
    }
  }
}
