package dev.xfolds.trainer.bench;

import dev.xfolds.datasets.image.FileImage;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.trainer.data.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.imageio.ImageIO;

/** From a JPEG file to the tensor of an image tower, on one thread. */
public final class ImageBench {

  /** About the size of VQA-RAD's. */
  private static final int SIDE = 640;

  private static final int TOWER_SIDE = 224;
  private static final int CELL = 16;

  private ImageBench() {}

  /**
   * One image each time.
   *
   * @param folder where the file is made
   */
  public static Measurement measure(Path folder, Repetition repetition) {
    Path file = folder.resolve("image.jpg");
    try {
      ImageIO.write(picture(), "jpg", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be written".formatted(file), e);
    }
    FileImage image = new FileImage("image.jpg", file);
    float[] mean = {0.481f, 0.458f, 0.408f};
    float[] std = {0.269f, 0.261f, 0.276f};
    Preprocessing preprocessing = new Preprocessing(TOWER_SIDE, mean, std);
    float[] tensor = new float[3 * TOWER_SIDE * TOWER_SIDE];
    return new Measurement(
        "JPEG of %d px to tensor, one thread".formatted(SIDE),
        "image",
        1,
        repetition.of(() -> preprocessing.write(ImageDecoder.decode(image), tensor, 0)),
        0,
        0);
  }

  /** Patches of random colours with some noise: not as easy as one colour, nor as hard as noise. */
  private static BufferedImage picture() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    int[] colours = random.ints((long) SIDE * SIDE / CELL / CELL).toArray();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int colour = colours[y / CELL * (SIDE / CELL) + x / CELL];
        image.setRGB(x, y, colour ^ random.nextInt(CELL));
      }
    }
    return image;
  }
}
