package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.phantom.PhantomGenerator;
import dev.xfolds.datasets.phantom.PhantomImage;
import dev.xfolds.datasets.phantom.PhantomSplit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PixelTensorsTest {

  private static final List<ImageSource> IMAGES =
      PhantomGenerator.images(1, 8, 40, PhantomSplit.TRAIN).stream()
          .map(PhantomImage::source)
          .toList();
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(16, new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.2f, 0.3f, 0.4f});

  @Test
  void readsEachImageIntoItsPlaceFromManyThreads() {
    PixelTensors tensors = new PixelTensors(IMAGES, PREPROCESSING);
    assertThat(tensors.shape()).containsExactly(3, 16, 16);
    int size = tensors.size();
    float[] together = new float[IMAGES.size() * size];
    IntStream.range(0, IMAGES.size())
        .parallel()
        .forEach(image -> tensors.read(image, together, image * size));
    float[] expected = new float[together.length];
    for (int image = 0; image < IMAGES.size(); image++) {
      PREPROCESSING.write(ImageDecoder.decode(IMAGES.get(image)), expected, image * size);
    }
    assertThat(together).isEqualTo(expected);
  }

  @Test
  void decodesAgainOnlyWhatItHasNoRoomFor() {
    AtomicInteger decoded = new AtomicInteger();
    List<ImageSource> counted =
        IMAGES.stream().map(image -> (ImageSource) new Counted(image, decoded)).toList();
    int grayBytes = 16 * 16;
    PixelTensors tensors = new PixelTensors(counted, PREPROCESSING, 3L * grayBytes);
    float[] first = readAll(tensors);
    float[] second = readAll(tensors);
    assertThat(second).isEqualTo(first);
    assertThat(decoded).hasValue(2 * IMAGES.size() - 3);
  }

  private static float[] readAll(PixelTensors tensors) {
    float[] all = new float[IMAGES.size() * tensors.size()];
    for (int image = 0; image < IMAGES.size(); image++) {
      tensors.read(image, all, image * tensors.size());
    }
    return all;
  }

  private record Counted(ImageSource image, AtomicInteger reads) implements ImageSource {
    @Override
    public String name() {
      return image.name();
    }

    @Override
    public byte[] bytes() {
      reads.incrementAndGet();
      return image.bytes();
    }
  }
}
