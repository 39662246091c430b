package dev.xfolds.datasets.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Takes samples out of ImageIO's many image layouts, row by row, without colour conversion. */
final class RasterPixels {

  private RasterPixels() {}

  static Pixels of(BufferedImage image) {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return indexed(image.getRaster(), palette);
    }
    return switch (image.getColorModel().getColorSpace().getType()) {
      case ColorSpace.TYPE_GRAY -> direct(image.getRaster(), 1);
      case ColorSpace.TYPE_RGB -> direct(image.getRaster(), 3);
      default -> {
        BufferedImage rgb =
            new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        yield direct(new ColorConvertOp(null).filter(image, rgb).getRaster(), 3);
      }
    };
  }

  private static Pixels direct(Raster raster, int channels) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    boolean wide = raster.getTransferType() == DataBuffer.TYPE_USHORT;
    byte[] samples = new byte[width * height * channels];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          int sample = row[x * bands + c];
          samples[out++] = (byte) (wide ? (sample * 255L + 32_767) / 65_535 : sample);
        }
      }
    }
    return new Pixels(width, height, channels, samples);
  }

  /** A palette of grays gives gray: ImageIO also reads gray of 1, 2 and 4 bits as a palette. */
  private static Pixels indexed(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int channels = isGray(palette) ? 1 : 3;
    byte[] samples = new byte[width * height * channels];
    int[] row = new int[width];
    int out = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int index : row) {
        if (index >= palette.getMapSize()) {
          throw new IllegalArgumentException(
              "palette index %d, expected less than %d".formatted(index, palette.getMapSize()));
        }
        samples[out++] = (byte) palette.getRed(index);
        if (channels == 3) {
          samples[out++] = (byte) palette.getGreen(index);
          samples[out++] = (byte) palette.getBlue(index);
        }
      }
    }
    return new Pixels(width, height, channels, samples);
  }

  private static boolean isGray(IndexColorModel palette) {
    for (int i = 0; i < palette.getMapSize(); i++) {
      if (palette.getRed(i) != palette.getGreen(i) || palette.getRed(i) != palette.getBlue(i)) {
        return false;
      }
    }
    return true;
  }
}
