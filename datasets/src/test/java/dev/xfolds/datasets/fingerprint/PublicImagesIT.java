package dev.xfolds.datasets.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.SharedFiles;
import dev.xfolds.datasets.image.EncodedImages;
import dev.xfolds.datasets.image.FileImage;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.image.Pixels;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How far apart VQA-RAD's 315 images are, and how far an image moves when it is encoded or scaled
 * again.
 */
final class PublicImagesIT {

  private static final int NEAR = 4;

  @Test
  void vqaRadImagesAreRarelyNearAndStayNearToThemselves() throws IOException {
    Path folder = SharedFiles.data("vqa-rad/images");
    List<ImageHashes> all = new ArrayList<>();
    int[] encoded = new int[65];
    int[] scaled = new int[65];
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.sorted().toList();
    }
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      FileImage image = new FileImage(file.getFileName().toString(), file);
      byte[] bytes = image.bytes();
      Pixels pixels = ImageDecoder.decode(image.name(), bytes);
      ImageHashes hashes = Fingerprints.of(bytes, pixels);
      all.add(hashes);
      if (i % 8 == 0) {
        BufferedImage picture = picture(pixels);
        encoded[hashes.distance(again(EncodedImages.jpeg(picture, 0.6f)))]++;
        scaled[hashes.distance(again(EncodedImages.jpeg(half(picture), 0.8f)))]++;
      }
    }
    int[] between = new int[65];
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        between[all.get(i).distance(all.get(j))]++;
      }
    }
    int near = Arrays.stream(between, 0, NEAR + 1).sum();
    System.out.printf(
        "FIGURE pairs of VQA-RAD images within 4 bits: %d of %d; by distance from 0: %s%n",
        near, Arrays.stream(between).sum(), Arrays.toString(Arrays.copyOf(between, 12)));
    System.out.printf(
        "FIGURE JPEG quality 60 again: %s; half size, quality 80: %s%n",
        Arrays.toString(Arrays.copyOf(encoded, 8)), Arrays.toString(Arrays.copyOf(scaled, 8)));
    assertThat(Arrays.stream(encoded, NEAR + 1, 65).sum()).isZero();
    assertThat(Arrays.stream(scaled, NEAR + 1, 65).sum()).isZero();
    assertThat(near).isLessThan(50);
  }

  private static ImageHashes again(byte[] file) {
    return Fingerprints.of(file, ImageDecoder.decode("again", file));
  }

  private static BufferedImage picture(Pixels pixels) {
    Pixels rgb = pixels.toRgb();
    BufferedImage image =
        new BufferedImage(rgb.width(), rgb.height(), BufferedImage.TYPE_3BYTE_BGR);
    EncodedImages.paint(
        image,
        (x, y) -> (rgb.sample(x, y, 0) << 16) | (rgb.sample(x, y, 1) << 8) | rgb.sample(x, y, 2));
    return image;
  }

  private static BufferedImage half(BufferedImage image) {
    return new AffineTransformOp(
            AffineTransform.getScaleInstance(0.5, 0.5),
            new RenderingHints(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR))
        .filter(
            image,
            new BufferedImage(
                image.getWidth() / 2, image.getHeight() / 2, BufferedImage.TYPE_3BYTE_BGR));
  }
}
