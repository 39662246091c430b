package dev.xfolds.datasets.image;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.image.ImageHeader.BrokenImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG and PNG files to 8-bit gray or RGB.
 *
 * <p>Sample values are those stored in the file: no colour profile, gamma or EXIF orientation is
 * applied, as in Pillow, which the golden preprocessing uses. Alpha is dropped. 16-bit samples are
 * scaled from their full range, so that 65,535 becomes 255. CMYK and YCCK become RGB, by the
 * embedded profile if there is one. A file that a decoder would repair by guessing (cut, wrong
 * checksum, broken Huffman data) is refused.
 */
public final class ImageDecoder {

  /** Largest file, in bytes. */
  public static final int MAX_FILE_BYTES = 64 << 20;

  /** Largest width and height, in pixels. */
  public static final int MAX_SIDE = 16_384;

  /** Largest product of width and height. */
  public static final int MAX_PIXELS = 64 << 20;

  private ImageDecoder() {}

  /**
   * Reads and decodes.
   *
   * @throws UnreadableImageException if the image cannot be read, is broken or beyond the limits
   */
  public static Pixels decode(ImageSource image) {
    return decode(image.name(), image.bytes());
  }

  /**
   * Decodes what was read already.
   *
   * @param name for messages
   * @throws UnreadableImageException if the image is broken or beyond the limits
   */
  public static Pixels decode(String name, byte[] file) {
    if (file.length > MAX_FILE_BYTES) {
      throw new UnreadableImageException(
          name, "has %,d bytes, expected at most %,d".formatted(file.length, MAX_FILE_BYTES));
    }
    try {
      ImageHeader header = ImageHeader.of(file);
      requireSize(header);
      return decode(header, file);
    } catch (BrokenImageException e) {
      throw new UnreadableImageException(name, e.getMessage());
    } catch (IOException | RuntimeException e) { // ImageIO throws whatever comes up on broken data
      throw new UnreadableImageException(name, "cannot be decoded: " + e.getMessage());
    }
  }

  /** Width and height from the header alone, checked against the limits. */
  public static Size size(String name, byte[] file) {
    try {
      ImageHeader header = ImageHeader.of(file);
      requireSize(header);
      return new Size(header.width(), header.height());
    } catch (BrokenImageException e) {
      throw new UnreadableImageException(name, e.getMessage());
    }
  }

  /** In pixels. */
  public record Size(int width, int height) {}

  private static void requireSize(ImageHeader header) throws BrokenImageException {
    int width = header.width();
    int height = header.height();
    if (width < 1 || height < 1) {
      throw new BrokenImageException(
          "declares %d x %d pixels, expected at least 1 x 1".formatted(width, height));
    }
    if (width > MAX_SIDE || height > MAX_SIDE) {
      throw new BrokenImageException(
          "declares %d x %d pixels, expected at most %d a side".formatted(width, height, MAX_SIDE));
    }
    if ((long) width * height > MAX_PIXELS) {
      throw new BrokenImageException(
          "declares %d x %d pixels, expected at most %,d in all"
              .formatted(width, height, MAX_PIXELS));
    }
  }

  private static Pixels decode(ImageHeader header, byte[] file)
      throws IOException, BrokenImageException {
    ImageReader reader = reader(header.format());
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      List<String> warnings = new ArrayList<>();
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Pixels pixels = RasterPixels.of(reader.read(0));
      for (String warning : warnings) {
        if (meansDamage(warning)) {
          throw new BrokenImageException("is a damaged %s: %s".formatted(header.format(), warning));
        }
      }
      if (pixels.width() != header.width() || pixels.height() != header.height()) {
        throw new BrokenImageException(
            "declares %d x %d pixels but holds %d x %d"
                .formatted(header.width(), header.height(), pixels.width(), pixels.height()));
      }
      return pixels;
    } finally {
      reader.dispose();
    }
  }

  /** Libjpeg's and ImageIO's words for data that was made up; other warnings are about metadata. */
  private static boolean meansDamage(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("premature end")
        || text.contains("truncated")
        || (text.contains("corrupt jpeg data") && !text.contains("extraneous bytes"));
  }

  private static ImageReader reader(ImageHeader.Format format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.imageIoName());
    ImageReader first = readers.next();
    while (readers.hasNext()) {
      ImageReader next = readers.next();
      if (next.getClass().getName().startsWith("com.twelvemonkeys.")) {
        return next;
      }
    }
    return first;
  }
}
