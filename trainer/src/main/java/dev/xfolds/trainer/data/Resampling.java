package dev.xfolds.trainer.data;

import dev.xfolds.datasets.image.Pixels;
import java.util.Arrays;

/**
 * Pillow's bicubic resampling along one axis: a = -0.5, support widened by the ratio when the image
 * shrinks, weights in fixed point with 22 bits. Source: Pillow's {@code Resample.c}.
 */
final class Resampling {

  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);
  private static final double SUPPORT = 2;
  private static final double A = -0.5;

  private final int taps;
  private final int[] firsts;
  private final int[] lengths;
  private final int[] weights;

  /**
   * Computes the weights of the pixels that are kept.
   *
   * @param in pixels before
   * @param out pixels after
   * @param from first of the resampled pixels that is kept
   * @param count how many are kept
   */
  Resampling(int in, int out, int from, int count) {
    double scale = (double) in / out;
    double widening = Math.max(scale, 1);
    double support = SUPPORT * widening;
    this.taps = 2 * (int) Math.ceil(support) + 1;
    this.firsts = new int[count];
    this.lengths = new int[count];
    this.weights = new int[Math.multiplyExact(count, taps)];
    double[] real = new double[taps];
    for (int i = 0; i < count; i++) {
      double center = (from + i + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int length = Math.min(in, (int) (center + support + 0.5)) - first;
      double sum = 0;
      for (int k = 0; k < length; k++) {
        real[k] = bicubic((k + first - center + 0.5) * (1 / widening));
        sum += real[k];
      }
      for (int k = 0; k < length; k++) {
        weights[i * taps + k] = fixed(real[k] / sum);
      }
      firsts[i] = first;
      lengths[i] = length;
    }
  }

  private static double bicubic(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  private static int fixed(double weight) {
    double scaled = weight * (1 << PRECISION_BITS);
    return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
  }

  /** Resamples along the rows, rounds to 8 bits, then along the columns. */
  static Pixels resample(Pixels pixels, Resampling columns, Resampling rows) {
    int top = rows.firsts[0];
    int bottom = rows.end();
    int stride = columns.firsts.length * pixels.channels();
    byte[] middle = new byte[Math.multiplyExact(bottom - top, stride)];
    for (int y = top; y < bottom; y++) {
      columns.alongRow(pixels, y, middle, (y - top) * stride);
    }
    byte[] samples = rows.downColumns(middle, top, stride);
    return new Pixels(columns.firsts.length, rows.firsts.length, pixels.channels(), samples);
  }

  /** One after the last pixel that is read. */
  private int end() {
    int last = firsts.length - 1;
    return firsts[last] + lengths[last];
  }

  private void alongRow(Pixels pixels, int y, byte[] target, int offset) {
    byte[] samples = pixels.samples();
    int channels = pixels.channels();
    int row = y * pixels.width() * channels;
    int out = offset;
    for (int i = 0; i < firsts.length; i++) {
      int weight = i * taps;
      int end = weight + lengths[i];
      for (int c = 0; c < channels; c++) {
        int in = row + firsts[i] * channels + c;
        int sum = HALF;
        for (int k = weight; k < end; k++, in += channels) {
          sum += weights[k] * (samples[in] & 0xff);
        }
        target[out++] = clip(sum);
      }
    }
  }

  /** Row by row, so that neighbours in memory are neighbours in the loop. */
  private byte[] downColumns(byte[] middle, int top, int stride) {
    byte[] target = new byte[Math.multiplyExact(firsts.length, stride)];
    int[] sums = new int[stride];
    for (int i = 0; i < firsts.length; i++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < lengths[i]; k++) {
        int weight = weights[i * taps + k];
        int row = (firsts[i] + k - top) * stride;
        for (int x = 0; x < stride; x++) {
          sums[x] += weight * (middle[row + x] & 0xff);
        }
      }
      for (int x = 0; x < stride; x++) {
        target[i * stride + x] = clip(sums[x]);
      }
    }
    return target;
  }

  private static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
  }
}
