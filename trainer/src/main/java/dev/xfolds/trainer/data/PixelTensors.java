package dev.xfolds.trainer.data;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.image.Pixels;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Pixels, decoded and cut to size. Decoding a radiograph costs more than a small model's step, so
 * the results are kept, a byte a sample, as long as there is room; images beyond that are decoded
 * each time they are read.
 */
public final class PixelTensors implements ImageTensors {

  private final List<ImageSource> images;
  private final Preprocessing preprocessing;
  private final AtomicReferenceArray<Pixels> kept;
  private final AtomicLong room;

  /** Keeps nothing: for images that are read once. */
  public PixelTensors(List<ImageSource> images, Preprocessing preprocessing) {
    this(images, preprocessing, 0);
  }

  /**
   * Reads nothing yet.
   *
   * @param keptBytes how much may be kept
   */
  public PixelTensors(List<ImageSource> images, Preprocessing preprocessing, long keptBytes) {
    this.images = List.copyOf(images);
    this.preprocessing = preprocessing;
    this.kept = new AtomicReferenceArray<>(this.images.size());
    this.room = new AtomicLong(keptBytes);
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
    Pixels square = kept.get(image);
    if (square == null) {
      square = preprocessing.square(ImageDecoder.decode(images.get(image)));
      keep(image, square);
    }
    preprocessing.normalize(square, target, offset);
  }

  private void keep(int image, Pixels square) {
    int bytes = square.samples().length;
    if (room.addAndGet(-bytes) < 0 || !kept.compareAndSet(image, null, square)) {
      room.addAndGet(bytes);
    }
  }
}
