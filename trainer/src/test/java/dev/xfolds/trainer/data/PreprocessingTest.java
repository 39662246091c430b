package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.datasets.image.Pixels;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Values are computed by hand from the cubic's weights. */
final class PreprocessingTest {

  private static final float[] MEAN = {0.5f, 0.25f, 0};
  private static final float[] STD = {0.5f, 0.25f, 2};

  private static Preprocessing to(int side) {
    return new Preprocessing(side, MEAN, STD);
  }

  /** Gray, every row the same. */
  private static Pixels columns(int width, int height, IntUnaryOperator value) {
    byte[] samples = new byte[width * height];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) value.applyAsInt(i % width);
    }
    return new Pixels(width, height, 1, samples);
  }

  private static Pixels noise(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    SplitMix random = SplitMix.of(7);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) random.below(256);
    }
    return new Pixels(width, height, channels, samples);
  }

  private static Pixels transposed(Pixels pixels) {
    byte[] samples = new byte[pixels.samples().length];
    int out = 0;
    for (int x = 0; x < pixels.width(); x++) {
      for (int y = 0; y < pixels.height(); y++) {
        for (int c = 0; c < pixels.channels(); c++) {
          samples[out++] = (byte) pixels.sample(x, y, c);
        }
      }
    }
    return new Pixels(pixels.height(), pixels.width(), pixels.channels(), samples);
  }

  private static int[] row(Pixels pixels) {
    int[] row = new int[pixels.width()];
    for (int x = 0; x < row.length; x++) {
      row[x] = pixels.sample(x, pixels.height() - 1, 0);
    }
    return row;
  }

  @Test
  void pictureThatHasTheSizeIsUntouched() {
    for (int channels : new int[] {1, 3}) {
      Pixels picture = noise(9, 9, channels);
      assertThat(to(9).square(picture)).isEqualTo(picture);
    }
  }

  @Test
  void marginsAreHalvedAndRoundedToEven() {
    IntUnaryOperator position = x -> x;
    assertThat(row(to(2).square(columns(2, 2, position)))).containsExactly(0, 1);
    assertThat(row(to(2).square(columns(3, 2, position)))).containsExactly(0, 1);
    assertThat(row(to(2).square(columns(4, 2, position)))).containsExactly(1, 2);
    assertThat(row(to(2).square(columns(5, 2, position)))).containsExactly(2, 3);
    assertThat(row(to(2).square(columns(7, 2, position)))).containsExactly(2, 3);
    assertThat(row(to(2).square(columns(9, 2, position)))).containsExactly(4, 5);
  }

  @Test
  void enlargedPictureOvershootsAndIsClipped() {
    assertThat(row(to(4).square(columns(2, 2, x -> 100 + 100 * x))))
        .containsExactly(91, 121, 179, 209);
    assertThat(row(to(4).square(columns(2, 2, x -> 255 * x)))).containsExactly(0, 53, 202, 255);
  }

  @Test
  void shrunkPictureIsAveragedOverAWiderSupport() {
    assertThat(row(to(2).square(columns(4, 4, x -> 10 + 40 * x)))).containsExactly(33, 107);
  }

  @Test
  void longerSideIsCutOffAndNotRounded() {
    // 5 x 3 to height 2: 10 / 3 = 3 columns, the first two are kept.
    Pixels square = to(2).square(columns(5, 3, x -> 50 * x));
    Pixels whole =
        Resampling.resample(
            columns(5, 3, x -> 50 * x), new Resampling(5, 3, 0, 3), new Resampling(3, 2, 0, 2));
    assertThat(row(square)).containsExactly(whole.sample(0, 0, 0), whole.sample(1, 0, 0));
  }

  @Test
  void onePixelBecomesAnEvenPicture() {
    Pixels square = to(5).square(new Pixels(1, 1, 3, new byte[] {10, (byte) 200, 0}));
    for (int i = 0; i < 25; i++) {
      assertThat(square.sample(i % 5, i / 5, 0)).isEqualTo(10);
      assertThat(square.sample(i % 5, i / 5, 1)).isEqualTo(200);
      assertThat(square.sample(i % 5, i / 5, 2)).isZero();
    }
  }

  @Test
  void widestPictureGivesItsCentre() {
    Pixels wide = columns(16_384, 1, x -> x < 8_192 ? 0 : 255);
    assertThat(row(to(4).square(wide))).containsExactly(21, 88, 167, 234);
    assertThat(to(4).square(transposed(wide))).isEqualTo(transposed(to(4).square(wide)));
    assertThat(to(224).square(wide).samples()).hasSize(224 * 224);
  }

  @Test
  void evenPictureStaysEven() {
    Pixels square = to(7).square(columns(31, 20, x -> 200));
    assertThat(square.samples()).containsOnly((byte) 200);
  }

  @Test
  void grayIsTheSameAsThreeEqualChannels() {
    Pixels gray = noise(23, 17, 1);
    float[] one = new float[3 * 8 * 8];
    float[] three = new float[3 * 8 * 8];
    to(8).write(gray, one, 0);
    to(8).write(gray.toRgb(), three, 0);
    assertThat(one).isEqualTo(three);
    assertThat(to(8).square(gray).toRgb()).isEqualTo(to(8).square(gray.toRgb()));
  }

  @Test
  void tensorIsChannelsFirstAndNormalised() {
    byte[] samples = {0, 51, (byte) 255, (byte) 255, 51, 0, 0, 0, 0, 51, 102, (byte) 153};
    float[] target = new float[14];
    Preprocessing.of(
            ImageTowerPlan.newBuilder()
                .setImageSize(2)
                .addAllMean(List.of(0.5, 0.25, 0.0))
                .addAllStd(List.of(0.5, 0.25, 2.0))
                .build())
        .write(new Pixels(2, 2, 3, samples), target, 1);
    assertThat(target)
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0, -1, 1, -1, -0.6f, -0.2f, -0.2f, -1, 0.6f, 0.5f, 0, 0, 0.3f, 0);
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> new Preprocessing(0, MEAN, STD))
        .hasMessage("side must be at least 1, mean and std must have 3 values, were 0, 3 and 3");
    assertThatThrownBy(() -> new Preprocessing(4, new float[] {1}, STD))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
