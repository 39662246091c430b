package dev.xfolds.datasets.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.image.EncodedImages;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.image.Pixels;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FingerprintsTest {

  private static ImageHashes hashes(byte[] file) {
    return Fingerprints.of(file, ImageDecoder.decode("test", file));
  }

  @Test
  void sha256IsThatOfTheFile() {
    assertThat(Fingerprints.sha256("abc".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    byte[] png = EncodedImages.png(EncodedImages.blobs(64, 64, 1));
    assertThat(hashes(png).sha256()).isEqualTo(Fingerprints.sha256(png));
  }

  @Test
  void questionIsNormalisedToItsTokens() {
    assertThat(Fingerprints.normalize("  Is this a T2-weighted\timage?? "))
        .isEqualTo("is this a t2 weighted image");
    assertThat(Fingerprints.normalize("包含")).isEmpty();
    QuestionHashes one = Fingerprints.of("Is it big?");
    QuestionHashes other = Fingerprints.of("is it BIG");
    assertThat(one.normalized()).isEqualTo(other.normalized());
    assertThat(one.exact()).isNotEqualTo(other.exact());
    assertThat(one.normalized())
        .isEqualTo(Fingerprints.sha256("is it big".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void gradientsHaveTheHashTheyMustHave() {
    byte[] rising = new byte[9 * 8];
    byte[] falling = new byte[9 * 8];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = (byte) (i % 9 * 20);
      falling[i] = (byte) (200 - i % 9 * 20);
    }
    assertThat(DifferenceHash.of(new Pixels(9, 8, 1, rising))).isEqualTo(-1L);
    assertThat(DifferenceHash.of(new Pixels(9, 8, 1, falling))).isZero();
    assertThat(DifferenceHash.of(new Pixels(1, 1, 3, new byte[3]))).isZero();
    byte[] first = new byte[9 * 8];
    first[1] = 50;
    assertThat(DifferenceHash.of(new Pixels(9, 8, 1, first))).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void cellsShareThePixelsOnTheirBorders() {
    byte[] samples = {0, 100};
    assertThat(DifferenceHash.of(new Pixels(2, 1, 1, samples))).isEqualTo(0x1818181818181818L);
  }

  @Test
  void encodingAndScalingAgainStaysNear() {
    for (int seed = 0; seed < 20; seed++) {
      ImageHashes original = hashes(EncodedImages.png(EncodedImages.blobs(512, 384, seed)));
      BufferedImage smaller = EncodedImages.blobs(200, 150, seed);
      assertThat(
              original.distance(
                  hashes(EncodedImages.jpeg(EncodedImages.blobs(512, 384, seed), 0.5f))))
          .isLessThanOrEqualTo(4);
      assertThat(original.distance(hashes(EncodedImages.png(smaller)))).isLessThanOrEqualTo(4);
      assertThat(original.distance(hashes(EncodedImages.jpeg(smaller, 0.3f))))
          .isLessThanOrEqualTo(6);
    }
  }

  @Test
  void differentPicturesAreRarelyNear() {
    List<ImageHashes> all = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      all.add(hashes(EncodedImages.png(EncodedImages.blobs(90, 80, seed))));
    }
    int near = 0;
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        near += all.get(i).distance(all.get(j)) <= 4 ? 1 : 0;
      }
    }
    assertThat(near).isLessThanOrEqualTo(2);
  }
}
