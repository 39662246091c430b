package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FeatureStoreIT {

  private static final int IMAGES = 5;
  private static final long[] SHAPE = {3, 2};
  private static final long BYTES = IMAGES * 3 * 2 * Float.BYTES;

  @TempDir Path folder;

  private static float[] features(int firstImage, int images) {
    float[] features = new float[images * 6];
    for (int i = 0; i < features.length; i++) {
      features[i] = firstImage * 6 + i + 0.5f;
    }
    return features;
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void givesBackWhatItKept(long memoryBytes) {
    try (FeatureStore store =
        new FeatureStore(IMAGES, SHAPE, memoryBytes, folder.resolve("features"))) {
      assertThat(store.shape()).containsExactly(3, 2);
      assertThat(store.size()).isEqualTo(6);
      store.write(3, features(3, 2));
      store.write(0, features(0, 3));
      for (int image = 0; image < IMAGES; image++) {
        float[] target = new float[8];
        store.read(image, target, 1);
        assertThat(Arrays.copyOfRange(target, 1, 7)).isEqualTo(features(image, 1));
        assertThat(target[0]).isZero();
        assertThat(target[7]).isZero();
      }
      assertThatThrownBy(() -> store.write(4, features(4, 2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, 0})
  void leavesNothingBehind(long memoryBytes) {
    try (FeatureStore store =
        new FeatureStore(IMAGES, SHAPE, memoryBytes, folder.resolve("features"))) {
      store.write(0, features(0, IMAGES));
      assertThat(folder).isEmptyDirectory();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void storesOfOneFolderDoNotMeet() {
    try (FeatureStore first = new FeatureStore(IMAGES, SHAPE, 0, folder.resolve("first"));
        FeatureStore second = new FeatureStore(IMAGES, SHAPE, 0, folder.resolve("second"))) {
      first.write(0, features(0, IMAGES));
      second.write(0, features(9, IMAGES));
      float[] target = new float[6];
      first.read(2, target, 0);
      assertThat(target).isEqualTo(features(2, 1));
    }
  }

  @Test
  void diskThatIsTooSmallIsNamedBeforeItIsFull() {
    assertThatThrownBy(
            () ->
                new FeatureStore(
                    Integer.MAX_VALUE, new long[] {1 << 20}, 1 << 20, folder.resolve("features")))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageStartingWith("features of the frozen image tower need 9007199250546688 bytes, ")
        .hasMessageContaining(folder + " has ")
        .hasMessageEndingWith(
            "take image out of spec.training.freeze, or use a larger spec.checkpoint.volume");
    assertThat(folder).isEmptyDirectory();
  }

  /** Others may have filled the volume: the run, which has days of work there, is tried again. */
  @Test
  void diskThatOthersFilledMeansRetry() throws IOException {
    FileStore disk = Files.getFileStore(folder);
    int images = Math.toIntExact((disk.getUsableSpace() + disk.getTotalSpace()) / (2L << 22));
    assumeTrue(disk.getTotalSpace() - disk.getUsableSpace() > 4L << 30);
    assertThatThrownBy(
            () ->
                new FeatureStore(images, new long[] {1 << 20}, 1 << 20, folder.resolve("features")))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessageEndingWith(" free: make room on spec.checkpoint.volume");
  }

  @Test
  void folderThatIsGoneMeansRetry() {
    assertThatThrownBy(() -> new FeatureStore(IMAGES, SHAPE, 0, folder.resolve("gone/features")))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessageStartingWith("features cannot be kept in ");
  }
}
