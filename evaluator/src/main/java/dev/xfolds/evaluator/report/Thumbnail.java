package dev.xfolds.evaluator.report;

import com.google.protobuf.ByteString;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/** An image small enough for a page. */
final class Thumbnail {

  private static final int MAX_SIDE = 360;

  private Thumbnail() {}

  /** A data URI with at most 360 pixels a side, or empty if the image cannot be decoded. */
  static Optional<String> dataUri(ByteString image) {
    try {
      byte[] encoded = image.toByteArray();
      BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(encoded));
      if (decoded == null) {
        return Optional.empty();
      }
      int side = Math.max(decoded.getWidth(), decoded.getHeight());
      if (side <= MAX_SIDE && encoded.length < 64 << 10) {
        boolean png = encoded.length > 1 && encoded[1] == 'P';
        return Optional.of(uri(png ? "png" : "jpeg", encoded));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(scaled(decoded, Math.min(1, MAX_SIDE / (double) side)), "jpeg", out);
      return Optional.of(uri("jpeg", out.toByteArray()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static BufferedImage scaled(BufferedImage image, double factor) {
    int width = Math.max(1, (int) Math.round(image.getWidth() * factor));
    int height = Math.max(1, (int) Math.round(image.getHeight() * factor));
    BufferedImage source = image;
    // Halving first keeps fine structure that one large bilinear step would skip.
    while (source.getWidth() >= 2 * width && source.getHeight() >= 2 * height) {
      source = drawn(source, source.getWidth() / 2, source.getHeight() / 2);
    }
    return drawn(source, width, height);
  }

  private static BufferedImage drawn(BufferedImage source, int width, int height) {
    BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = target.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(source, 0, 0, width, height, null);
    graphics.dispose();
    return target;
  }

  private static String uri(String type, byte[] encoded) {
    return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(encoded);
  }
}
