package dev.xfolds.datasets.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntBinaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Small encoded images for tests. */
public final class EncodedImages {

  private EncodedImages() {}

  /** An RGB picture with its own gradient per seed. */
  public static BufferedImage picture(int width, int height, int seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    paint(
        image,
        (x, y) -> {
          int r = 255 * x / width;
          int g = 255 * y / height;
          int b =
              (int)
                  (127
                      + 120
                          * Math.sin(
                              (x * (1 + seed % 5) + y * (1 + seed % 3)) * 6.0 / width + seed));
          return (r << 16) | (g << 8) | b;
        });
    return image;
  }

  /** The picture that a seed gives, in smooth blobs, so that resizing keeps what is seen. */
  public static BufferedImage blobs(int width, int height, int seed) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    paint(
        image,
        (x, y) -> {
          double u = (double) x / width;
          double v = (double) y / height;
          double sum = 0;
          for (int k = 1; k <= 6; k++) {
            double a = Math.sin(seed * 12.9898 + k * 78.233) * 43_758.5453;
            double cx = a - Math.floor(a);
            double b = Math.sin(seed * 39.346 + k * 11.135) * 24_634.6345;
            double cy = b - Math.floor(b);
            double d = (u - cx) * (u - cx) + (v - cy) * (v - cy);
            sum += Math.exp(-d * 40);
          }
          int gray = (int) Math.min(255, 20 + 160 * sum);
          return gray * 0x10101;
        });
    return image;
  }

  /** Sets each pixel's raw bands from 0xRRGGBB, without a colour model in between. */
  public static void paint(BufferedImage image, IntBinaryOperator rgb) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int value = rgb.applyAsInt(x, y);
        int[] bands = {(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff, 255};
        for (int b = 0; b < image.getRaster().getNumBands(); b++) {
          image.getRaster().setSample(x, y, b, bands[b]);
        }
      }
    }
  }

  public static byte[] png(BufferedImage image) {
    return encode(image, "png");
  }

  public static byte[] jpeg(BufferedImage image) {
    return encode(image, "jpeg");
  }

  private static byte[] encode(BufferedImage image, String format) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] jpeg(BufferedImage image, float quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  /** A JPEG of four raw bands with Adobe's marker that they are CMYK. */
  public static byte[] adobeJpeg(Raster raster) {
    byte[] plain = rawJpeg(raster);
    byte[] marker = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };
    byte[] marked = new byte[plain.length + marker.length];
    System.arraycopy(plain, 0, marked, 0, 2);
    System.arraycopy(marker, 0, marked, 2, marker.length);
    System.arraycopy(plain, 2, marked, 2 + marker.length, plain.length - 2);
    return marked;
  }

  private static byte[] rawJpeg(Raster raster) {
    ImageWriter writer = null;
    for (var all = ImageIO.getImageWritersByFormatName("jpeg"); all.hasNext(); ) {
      ImageWriter next = all.next();
      writer = next.getClass().getName().startsWith("com.sun.") ? next : writer;
    }
    if (writer == null) {
      throw new IllegalStateException("the JDK's JPEG writer is missing");
    }
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }
}
