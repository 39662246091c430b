package dev.xfolds.datasets.phantom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PhantomImageTest {

  @Test
  void bytesArePinned() {
    assertThat(digest(7, 64, PhantomSplit.TRAIN, 48))
        .isEqualTo("391a10259d9e8232531fba9647aeb33a0c2eeee035f4b3e47817c6b561efbfb1");
    assertThat(digest(7, 33, PhantomSplit.TEST, 48))
        .isEqualTo("72cc91835a222c8da3ad5e5b5297a517d11c33ecedb24e46d181df669e0ec5fe");
    assertThat(digest(7, 300, PhantomSplit.VALIDATE, 8))
        .isEqualTo("d599b0ad250aa5615e55151b9ca49578e687c5a8af415f01f469b19a7af117f2");
  }

  @Test
  void imageDependsOnSeedSplitAndIndexAlone() {
    PhantomImage amongMany = PhantomGenerator.images(3, 100, 64, PhantomSplit.TEST).get(11);
    PhantomImage amongFew = PhantomGenerator.images(3, 12, 64, PhantomSplit.TEST).get(11);
    assertThat(amongFew).isEqualTo(amongMany);
    assertThat(amongFew.source().bytes()).isEqualTo(amongMany.png());
    assertThat(PhantomImage.of(4, PhantomSplit.TEST, 11, 64).png()).isNotEqualTo(amongFew.png());
  }

  @Test
  void splitsShareNoImage() throws NoSuchAlgorithmException {
    Set<String> seen = new HashSet<>();
    for (PhantomSplit split : PhantomSplit.values()) {
      for (CaptionItem item : PhantomGenerator.captions(1, 2000, 32, split)) {
        byte[] bytes = MessageDigest.getInstance("SHA-256").digest(item.image().bytes());
        assertThat(seen.add(HexFormat.of().formatHex(bytes))).as(item.id()).isTrue();
      }
    }
  }

  @Test
  void otherReadersSeeThePixelsThatWereDrawn() throws IOException {
    for (int size : List.of(32, 61, 256, 512)) {
      PhantomImage image = PhantomImage.of(5, PhantomSplit.TRAIN, 3, size);
      BufferedImage read = ImageIO.read(new ByteArrayInputStream(image.png()));
      assertThat(read.getWidth()).isEqualTo(size);
      assertThat(read.getHeight()).isEqualTo(size);
      byte[] pixels = image.pixels();
      int[] samples = read.getRaster().getSamples(0, 0, size, size, 0, (int[]) null);
      for (int i = 0; i < samples.length; i++) {
        assertThat(samples[i]).isEqualTo(pixels[i] & 0xff);
      }
    }
  }

  @Test
  void lesionsAreBrightApartAndOnTheirSide() {
    for (int size : List.of(32, 64, 200)) {
      for (PhantomImage image : PhantomGenerator.images(2, 600, size, PhantomSplit.TRAIN)) {
        byte[] pixels = image.pixels();
        List<Lesion> lesions = image.lesions();
        assertThat(lesions).hasSizeLessThanOrEqualTo(3);
        for (Lesion lesion : lesions) {
          assertThat(lesion.side()).isEqualTo(lesions.getFirst().side());
          assertThat(lesion.size()).isEqualTo(lesions.getFirst().size());
          checkBox(lesion, size);
          double share = lesion.radius() * 2 / size;
          assertThat(share)
              .isBetween(
                  lesion.size() == LesionSize.SMALL ? 0.084 : 0.169,
                  lesion.size() == LesionSize.SMALL ? 0.101 : 0.186);
          boolean left = lesion.x() < size / 2.0;
          assertThat(lesion.side()).isEqualTo(left ? Side.LEFT : Side.RIGHT);
          assertThat(Math.abs(lesion.x() - size / 2.0)).isGreaterThan(0.12 * size);
          checkContrast(lesion, lesions, pixels, size);
        }
        for (int i = 1; i < lesions.size(); i++) {
          for (int j = 0; j < i; j++) {
            assertThat(gap(lesions.get(i), lesions.get(j))).isGreaterThan(0.04 * size);
          }
        }
      }
    }
  }

  @Test
  void organBoxesHoldTheirOrganAndNothingElse() {
    for (PhantomImage image : PhantomGenerator.images(9, 96, 64, PhantomSplit.VALIDATE)) {
      Anatomy anatomy = image.anatomy();
      assertThat(image.organs()).hasSameSizeAs(anatomy.shapes());
      for (int i = 0; i < image.organs().size(); i++) {
        Anatomy.Shape shape = anatomy.shapes().get(i);
        Extent drawn = new Extent();
        for (int p = 0; p < 64 * 64; p++) {
          int column = p % 64;
          int row = p / 64;
          double x = (column + 0.5) / 32 - 1;
          double y = (row + 0.5) / 32 - 1;
          if (shape.covers(x, y) && anatomy.inner(x, y)) {
            drawn.add(column, row);
          }
        }
        assertThat(image.organs().get(i))
            .isEqualTo(new Organ(shape.name(), drawn.box().orElseThrow()));
      }
    }
  }

  @Test
  void ultrasoundIsBlackOutsideOfItsFan() {
    for (PhantomImage image : PhantomGenerator.images(1, 48, 64, PhantomSplit.TRAIN)) {
      byte[] pixels = image.pixels();
      boolean corners = (pixels[0] | pixels[63] | pixels[63 * 64] | pixels[64 * 64 - 1]) == 0;
      assertThat(corners && image.modality() != Modality.CT)
          .isEqualTo(image.modality() == Modality.ULTRASOUND);
    }
  }

  @Test
  void everySeedFindsRoomForItsLesions() {
    for (long seed = 0; seed < 8; seed++) {
      assertThat(PhantomGenerator.images(seed, 3000, 32, PhantomSplit.TRAIN)).hasSize(3000);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> PhantomGenerator.captions(1, 0, 64, PhantomSplit.TRAIN))
        .isInstanceOf(DataException.class)
        .hasMessage("phantom.images must be at least 1, was 0");
    assertThatThrownBy(() -> PhantomGenerator.questions(1, 5, 513, PhantomSplit.TRAIN))
        .isInstanceOf(DataException.class)
        .hasMessage("phantom.imageSize must be between 32 and 512, was 513");
  }

  private static void checkBox(Lesion lesion, int size) {
    BoundingBox box = lesion.box();
    assertThat(box.x() + box.width()).isLessThanOrEqualTo(size);
    assertThat(box.y() + box.height()).isLessThanOrEqualTo(size);
    Extent drawn = new Extent();
    for (int p = 0; p < size * size; p++) {
      if (lesion.covers(p % size, p / size)) {
        drawn.add(p % size, p / size);
      }
    }
    assertThat(drawn.box()).contains(box);
  }

  /** Inside nearly white, the ring around it much darker. */
  private static void checkContrast(Lesion lesion, List<Lesion> lesions, byte[] pixels, int size) {
    List<Integer> around = new ArrayList<>();
    for (int p = 0; p < size * size; p++) {
      int column = p % size;
      int row = p / size;
      int value = pixels[p] & 0xff;
      if (lesion.covers(column, row)) {
        assertThat(value).isGreaterThan(205);
      } else {
        double dx = column + 0.5 - lesion.x();
        double dy = row + 0.5 - lesion.y();
        double limit = lesion.radius() + 0.03 * size;
        if (dx * dx + dy * dy < limit * limit
            && lesions.stream().noneMatch(other -> other.covers(column, row))) {
          around.add(value);
        }
      }
    }
    assertThat(around.stream().mapToInt(Integer::intValue).average().orElseThrow()).isLessThan(195);
  }

  private static double gap(Lesion one, Lesion other) {
    double distance = Math.hypot(one.x() - other.x(), one.y() - other.y());
    return distance - one.radius() - other.radius();
  }

  private static String digest(long seed, int size, PhantomSplit split, int images) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (PhantomImage image : PhantomGenerator.images(seed, images, size, split)) {
        sha.update(image.png());
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
