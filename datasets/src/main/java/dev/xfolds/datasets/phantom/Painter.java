package dev.xfolds.datasets.phantom;

import java.util.List;

/** Turns a scene into gray values. */
final class Painter {

  private final Modality modality;
  private final SplitMix random;
  private final double gain;
  private final double biasX;
  private final double biasY;

  Painter(Modality modality, SplitMix random) {
    this.modality = modality;
    this.random = random;
    this.gain = random.between(0.94, 1.04);
    this.biasX = random.between(-0.12, 0.12);
    this.biasY = random.between(-0.12, 0.12);
  }

  /** Returns gray values, row after row, size x size */
  byte[] paint(Anatomy anatomy, List<Lesion> lesions, int size) {
    byte[] pixels = new byte[size * size];
    double grain = 0;
    for (int row = 0; row < size; row++) {
      double y = (row + 0.5) / size * 2 - 1;
      for (int column = 0; column < size; column++) {
        double x = (column + 0.5) / size * 2 - 1;
        Tissue tissue = covered(lesions, column, row) ? Tissue.LESION : anatomy.tissue(x, y);
        double value =
            switch (modality) {
              case CT -> gain * ct(tissue) + 0.02 * random.bell();
              case MR -> magnetic(tissue, x, y);
              case XRAY -> {
                grain = 0.6 * grain + 0.4 * random.bell();
                yield gain * projected(tissue, anatomy.depth(x, y)) + 0.02 * grain;
              }
              case ULTRASOUND -> {
                grain = 0.5 * grain + 0.5 * speckle();
                yield Fan.shows(x, y) ? gain * echo(tissue, grain) : 0;
              }
            };
        pixels[row * size + column] = gray(value);
      }
    }
    return pixels;
  }

  private static boolean covered(List<Lesion> lesions, int column, int row) {
    for (Lesion lesion : lesions) {
      if (lesion.covers(column, row)) {
        return true;
      }
    }
    return false;
  }

  private static double ct(Tissue tissue) {
    return switch (tissue) {
      case BACKGROUND -> 0.01;
      case AIR -> 0.06;
      case FAT -> 0.26;
      case FLUID -> 0.28;
      case SOFT -> 0.38;
      case ORGAN -> 0.47;
      case BONE -> 0.7;
      case LESION -> 1;
    };
  }

  /** The magnitude of a complex signal with noise in both parts (Rician). */
  private double magnetic(Tissue tissue, double x, double y) {
    double signal =
        switch (tissue) {
          case BACKGROUND -> 0;
          case AIR -> 0.04;
          case BONE -> 0.12;
          case ORGAN -> 0.36;
          case SOFT -> 0.48;
          case FLUID -> 0.62;
          case FAT -> 0.7;
          case LESION -> 1;
        };
    double bias = tissue == Tissue.LESION ? 1 : 1 + biasX * x + biasY * y;
    double real = gain * signal * bias + 0.045 * random.bell();
    double imaginary = 0.045 * random.bell();
    return Math.sqrt(real * real + imaginary * imaginary);
  }

  private static double projected(Tissue tissue, double depth) {
    double through = 0.3 + 0.32 * Math.sqrt(Math.max(0, depth));
    return switch (tissue) {
      case BACKGROUND -> 0.15;
      case AIR -> through - 0.2;
      case FLUID, FAT -> through - 0.06;
      case SOFT -> through;
      case ORGAN -> through + 0.07;
      case BONE -> through + 0.16;
      case LESION -> 1;
    };
  }

  /** Amplitude of many echoes: positive, mean about 1.25. */
  private double speckle() {
    double real = random.bell();
    double imaginary = random.bell();
    return Math.sqrt(real * real + imaginary * imaginary);
  }

  private static double echo(Tissue tissue, double speckle) {
    return switch (tissue) {
      case BACKGROUND -> 0.1 * speckle;
      case AIR -> 0.08 * speckle;
      case FLUID -> 0.04 * speckle;
      case ORGAN -> 0.22 * speckle;
      case SOFT -> 0.32 * speckle;
      case FAT -> 0.36 * speckle;
      case BONE -> 0.42 * speckle;
      case LESION -> 0.9 + 0.1 * Math.min(1, speckle);
    };
  }

  private static byte gray(double value) {
    return (byte) (int) (Math.max(0, Math.min(1, value)) * 255 + 0.5);
  }
}
