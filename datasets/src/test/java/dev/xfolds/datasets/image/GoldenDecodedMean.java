package dev.xfolds.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.datasets.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class GoldenDecodedMean {

  @Test
  void jpegsDecodeLikeLibjpegTurbo() throws IOException {
    Path config = SharedFiles.golden("clip-preprocess/config.json");
    JsonNode golden = new ObjectMapper().readTree(config.toFile());
    double largest = 0;
    for (JsonNode row : golden.path("rows")) {
      Path file = SharedFiles.data("vqa-rad/" + row.path("file").asText());
      Pixels pixels = ImageDecoder.decode(new FileImage(row.path("file").asText(), file)).toRgb();
      assertThat(pixels.width()).isEqualTo(row.path("width").asInt());
      assertThat(pixels.height()).isEqualTo(row.path("height").asInt());
      long sum = 0;
      for (byte sample : pixels.samples()) {
        sum += sample & 0xff;
      }
      double mean = (double) sum / pixels.samples().length;
      double expected = row.path("decoded_mean").asDouble();
      largest = Math.max(largest, Math.abs(mean - expected));
      assertThat(mean).as(file.getFileName().toString()).isCloseTo(expected, within(0.02));
    }
    System.out.printf(
        Locale.ROOT, "largest difference of decoded means: %.6f gray levels%n", largest);
  }
}
