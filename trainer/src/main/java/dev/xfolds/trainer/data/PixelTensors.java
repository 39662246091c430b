package dev.xfolds.trainer.data;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.image.ImageDecoder;
import java.util.List;

/** Pixels, decoded and preprocessed each time they are read. */
public final class PixelTensors implements ImageTensors {

  private final List<ImageSource> images;
  private final Preprocessing preprocessing;

  public PixelTensors(List<ImageSource> images, Preprocessing preprocessing) {
    this.images = List.copyOf(images);
    this.preprocessing = preprocessing;
  }

  /** (3, side, side). */
  @Override
  public long[] shape() {
    return new long[] {3, preprocessing.side(), preprocessing.side()};
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.xfolds.datasets.UnreadableImageException if the image cannot be decoded
   */
  @Override
  public void read(int image, float[] target, int offset) {
    preprocessing.write(ImageDecoder.decode(images.get(image)), target, offset);
  }
}
