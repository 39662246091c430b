package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.xfolds.datasets.image.FileImage;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.image.Pixels;
import dev.xfolds.trainer.golden.GoldenFolder;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Preprocessing against torchvision on Pillow images: equal to the last bit where the decoders
 * agree.
 */
final class GoldenClipPreprocess {

  /** Two decoders of the same JPEG differ by a level here and there; a wrong crop by 4 and more. */
  private static final double OTHER_DECODER = 0.3;

  static Stream<GoldenFolder> cases() throws IOException {
    return GoldenFolder.startingWith("clip-preprocess");
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values.get(i).asDouble();
    }
    return floats;
  }

  /** The config's root is seen from the parent of the data folder: "data/vqa-rad". */
  private static Path images(JsonNode config) {
    return SharedData.find(config.path("images_root").asText().replaceFirst("^data(/|$)", ""));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void picturesAreEqual(GoldenFolder folder) {
    JsonNode config = folder.config();
    int side = config.path("size").asInt();
    Preprocessing preprocessing =
        new Preprocessing(side, floats(config.path("mean")), floats(config.path("std")));
    Path images = images(config);
    JsonNode rows = config.path("rows");
    assertThat(rows).isNotEmpty();
    try (SafetensorsFile values = folder.values()) {
      ByteBuffer all = values.buffer("pixels");
      assertThat(all.remaining()).isEqualTo(rows.size() * side * side * 3);
      int decodedAlike = 0;
      for (JsonNode row : rows) {
        byte[] expected = new byte[side * side * 3];
        all.get(expected);
        String name = row.path("file").asText();
        Pixels pixels = ImageDecoder.decode(new FileImage(name, images.resolve(name)));
        boolean sameDecoder = decodedAlike(row, pixels);
        assertPicture(row, preprocessing.square(pixels).toRgb().samples(), expected, sameDecoder);
        assertNormalized(row, preprocessing, pixels, sameDecoder);
        decodedAlike += sameDecoder ? 1 : 0;
      }
      if (rows.path(0).has("decoded_mean")) {
        assertThat(decodedAlike).as("rows compared bit for bit").isPositive();
      }
    }
  }

  private static boolean decodedAlike(JsonNode row, Pixels pixels) {
    return row.has("decoded_mean")
        && Math.abs(mean(pixels.toRgb().samples()) - row.path("decoded_mean").asDouble()) < 1e-6;
  }

  private static void assertPicture(
      JsonNode row, byte[] actual, byte[] expected, boolean sameDecoder) {
    String name = row.path("file").asText();
    assertThat(actual).as(name).hasSameSizeAs(expected);
    int[] differences =
        IntStream.range(0, expected.length)
            .map(i -> Math.abs((actual[i] & 0xff) - (expected[i] & 0xff)))
            .toArray();
    double meanDifference = Arrays.stream(differences).average().orElseThrow();
    System.out.printf(
        Locale.ROOT,
        "%s: %.4f %% of the values equal, largest difference %d, decoders %s%n",
        name,
        100.0 * Arrays.stream(differences).filter(d -> d == 0).count() / differences.length,
        Arrays.stream(differences).max().orElseThrow(),
        sameDecoder ? "agree" : "differ");
    assertThat(meanDifference).as(name).isLessThanOrEqualTo(sameDecoder ? 0 : OTHER_DECODER);
  }

  private static void assertNormalized(
      JsonNode row, Preprocessing preprocessing, Pixels pixels, boolean sameDecoder) {
    float[] tensor = new float[3 * preprocessing.side() * preprocessing.side()];
    preprocessing.write(pixels, tensor, 0);
    double mean = mean(tensor, value -> value);
    double std = Math.sqrt(mean(tensor, value -> (value - mean) * (value - mean)));
    double tolerance = sameDecoder ? 1e-5 : OTHER_DECODER / 255 / 0.2;
    assertThat(mean).isCloseTo(row.path("normalised_mean").asDouble(), within(tolerance));
    assertThat(std).isCloseTo(row.path("normalised_std").asDouble(), within(tolerance));
  }

  private static double mean(byte[] samples) {
    long sum = 0;
    for (byte sample : samples) {
      sum += sample & 0xff;
    }
    return (double) sum / samples.length;
  }

  private static double mean(float[] values, DoubleUnaryOperator of) {
    double sum = 0;
    for (float value : values) {
      sum += of.applyAsDouble(value);
    }
    return sum / values.length;
  }
}
