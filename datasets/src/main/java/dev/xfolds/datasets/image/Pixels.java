package dev.xfolds.datasets.image;

import java.util.Arrays;

/**
 * A decoded image.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param channels 1 (gray) or 3 (red, green, blue)
 * @param samples unsigned bytes, row by row from the top, channels interleaved: {@code height *
 *     width * channels}; not copied, so whoever creates the record gives the array away
 */
@SuppressWarnings(
    "ArrayRecordComponent") // megabytes of pixels: a list or a copy would cost more than it
// protects
public record Pixels(int width, int height, int channels, byte[] samples) {

  public Pixels {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "pixels must be at least 1 x 1 with 1 or 3 channels, were %d x %d with %d"
              .formatted(width, height, channels));
    }
    if (samples.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
      throw new IllegalArgumentException(
          "samples must have %d x %d x %d entries, have %d"
              .formatted(height, width, channels, samples.length));
    }
  }

  /** One sample, 0..255. */
  public int sample(int x, int y, int channel) {
    return samples[(y * width + x) * channels + channel] & 0xff;
  }

  /** The same picture with three channels; itself if it has three already. */
  public Pixels toRgb() {
    if (channels == 3) {
      return this;
    }
    byte[] rgb = new byte[Math.multiplyExact(samples.length, 3)];
    for (int i = 0; i < samples.length; i++) {
      Arrays.fill(rgb, 3 * i, 3 * i + 3, samples[i]);
    }
    return new Pixels(width, height, 3, rgb);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels that
        && width == that.width
        && height == that.height
        && channels == that.channels
        && Arrays.equals(samples, that.samples);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(samples) * 31 + width;
  }

  @Override
  public String toString() {
    return "Pixels[%d x %d x %d]".formatted(width, height, channels);
  }
}
