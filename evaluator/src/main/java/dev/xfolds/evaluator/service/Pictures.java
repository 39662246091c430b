package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.xfolds.evaluator.store.Variant;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** The encoded images that questions are asked with. */
final class Pictures {

  private static final byte MID_GREY = (byte) 128;

  /**
   * @param sha256 of the data
   */
  record Picture(ByteString sha256, ByteString data) {}

  private Pictures() {}

  /** Loads the image of a question; only the caller holds it. */
  static Picture of(Questionnaire.Entry entry) {
    byte[] encoded = entry.pictured().image().bytes();
    byte[] shown = entry.variant() == Variant.BLANK ? blankLike(encoded, entry) : encoded;
    return new Picture(sha256(shown), UnsafeByteOperations.unsafeWrap(shown));
  }

  /** A mid-grey PNG with the width and height of an encoded image. */
  private static byte[] blankLike(byte[] encoded, Questionnaire.Entry entry) {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IllegalStateException(
            "image " + entry.pictured().image().name() + " is neither JPEG nor PNG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return blank(reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "image " + entry.pictured().image().name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] blank(int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Arrays.fill(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), MID_GREY);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  static ByteString sha256(byte[] bytes) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
