package dev.xfolds.trainer.data;

import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.datasets.image.Pixels;
import java.util.List;

/**
 * CLIP's image preprocessing: the shorter side becomes {@code side} by Pillow's bicubic resampling,
 * the centre is cut out, values are normalised. Source: open_clip's {@code
 * image_transform(is_train=False)} over torchvision on Pillow images, whose 8-bit arithmetic this
 * repeats bit for bit. A gray image is resampled in its one channel, then repeated.
 */
public final class Preprocessing {

  private static final int CHANNELS = 3;
  private static final int LEVELS = 256;

  private final int side;

  /** What a gray level becomes, by channel. */
  private final float[][] normalized = new float[CHANNELS][LEVELS];

  /**
   * Prepares the tables.
   *
   * @param side pixels of the result, at least 1
   * @param mean of red, green and blue in 0..1
   * @param std positive
   */
  public Preprocessing(int side, float[] mean, float[] std) {
    if (side < 1 || mean.length != CHANNELS || std.length != CHANNELS) {
      throw new IllegalArgumentException(
          "side must be at least 1, mean and std must have 3 values, were %d, %d and %d"
              .formatted(side, mean.length, std.length));
    }
    this.side = side;
    for (int c = 0; c < CHANNELS; c++) {
      for (int level = 0; level < LEVELS; level++) {
        normalized[c][level] = (level / 255f - mean[c]) / std[c];
      }
    }
  }

  /** As an image tower expects it. */
  public static Preprocessing of(ImageTowerPlan plan) {
    return new Preprocessing(
        plan.getImageSize(), floats(plan.getMeanList()), floats(plan.getStdList()));
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  public int side() {
    return side;
  }

  /** Writes 3 x side x side floats, channels first. */
  public void write(Pixels pixels, float[] target, int offset) {
    normalize(square(pixels), target, offset);
  }

  /** The second half of {@link #write}, from what {@link #square} gave. */
  void normalize(Pixels square, float[] target, int offset) {
    byte[] samples = square.samples();
    int channels = square.channels();
    int out = offset;
    for (int c = 0; c < CHANNELS; c++) {
      float[] table = normalized[c];
      for (int in = channels == 1 ? 0 : c; in < samples.length; in += channels) {
        target[out++] = table[samples[in] & 0xff];
      }
    }
  }

  /** The picture before normalisation: side x side, as many channels as it had. */
  Pixels square(Pixels pixels) {
    int shorter = Math.min(pixels.width(), pixels.height());
    return Resampling.resample(
        pixels, axis(pixels.width(), shorter), axis(pixels.height(), shorter));
  }

  /** Resized to {@code int(side * length / shorter)}; of that, the centre. */
  private Resampling axis(int length, int shorter) {
    int resized = Math.toIntExact((long) side * length / shorter);
    int margin = (int) Math.rint((resized - side) / 2.0); // half to even, as Python rounds
    return new Resampling(length, resized, margin, side);
  }
}
