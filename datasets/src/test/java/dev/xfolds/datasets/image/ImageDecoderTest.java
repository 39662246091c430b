package dev.xfolds.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.datasets.UnreadableImageException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class ImageDecoderTest {

  private static final byte[] JPEG = EncodedImages.jpeg(EncodedImages.picture(40, 30, 1));
  private static final byte[] PNG = EncodedImages.png(EncodedImages.picture(40, 30, 1));

  @Test
  void pngKeepsEverySample() {
    Pixels pixels = ImageDecoder.decode("a.png", PNG);
    assertThat(pixels.width()).isEqualTo(40);
    assertThat(pixels.height()).isEqualTo(30);
    assertThat(pixels.channels()).isEqualTo(3);
    assertThat(pixels.sample(20, 15, 0)).isEqualTo(127);
    assertThat(pixels.sample(20, 15, 1)).isEqualTo(127);
    assertThat(pixels.sample(39, 0, 0)).isEqualTo(248);
    assertThat(pixels.sample(39, 0, 1)).isZero();
  }

  @Test
  void jpegIsCloseToWhatWasDrawn() {
    Pixels decoded = ImageDecoder.decode("a.jpg", JPEG);
    assertThat(decoded.channels()).isEqualTo(3);
    assertThat(decoded.sample(20, 15, 0)).isCloseTo(127, within(16));
    assertThat(decoded.sample(20, 15, 1)).isCloseTo(127, within(16));
  }

  @Test
  void grayStaysOneChannelWithItsStoredValues() {
    BufferedImage gray = new BufferedImage(8, 2, BufferedImage.TYPE_BYTE_GRAY);
    EncodedImages.paint(gray, (x, y) -> (x * 30) << 16);
    Pixels png = ImageDecoder.decode("g.png", EncodedImages.png(gray));
    assertThat(png.channels()).isEqualTo(1);
    assertThat(png.sample(3, 1, 0)).isEqualTo(90);
    Pixels jpeg = ImageDecoder.decode("g.jpg", EncodedImages.jpeg(gray, 1f));
    assertThat(jpeg.channels()).isEqualTo(1);
    assertThat(jpeg.sample(3, 1, 0)).isCloseTo(90, within(2));
    assertThat(png.toRgb().sample(3, 1, 2)).isEqualTo(90);
  }

  @Test
  void sixteenBitGrayIsScaledFromItsFullRange() {
    BufferedImage gray = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    gray.getRaster().setSample(0, 0, 0, 0);
    gray.getRaster().setSample(1, 0, 0, 32_768);
    gray.getRaster().setSample(2, 0, 0, 65_535);
    Pixels pixels = ImageDecoder.decode("g16.png", EncodedImages.png(gray));
    assertThat(pixels).isEqualTo(new Pixels(3, 1, 1, new byte[] {0, (byte) 128, (byte) 255}));
  }

  @Test
  void bilevelImageBecomesGray() {
    BufferedImage bits = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.getRaster().setSample(8, 0, 0, 1);
    Pixels pixels = ImageDecoder.decode("b.png", EncodedImages.png(bits));
    assertThat(pixels.channels()).isEqualTo(1);
    assertThat(pixels.sample(0, 0, 0)).isZero();
    assertThat(pixels.sample(8, 0, 0)).isEqualTo(255);
  }

  @Test
  void paletteWithTransparencyGivesItsColours() {
    byte[] red = {10, (byte) 200, 0};
    byte[] green = {20, 100, 0};
    byte[] blue = {30, 50, (byte) 255};
    byte[] alpha = {(byte) 255, 0, (byte) 128};
    BufferedImage image =
        new BufferedImage(
            3,
            1,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 3, red, green, blue, alpha));
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 1, 2});
    Pixels pixels = ImageDecoder.decode("p.png", EncodedImages.png(image));
    assertThat(pixels)
        .isEqualTo(
            new Pixels(3, 1, 3, new byte[] {10, 20, 30, (byte) 200, 100, 50, 0, 0, (byte) 255}));
  }

  @Test
  void alphaIsDropped() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_4BYTE_ABGR);
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 2, 3, 0, 4, 5, 6, 255});
    assertThat(ImageDecoder.decode("a.png", EncodedImages.png(image)))
        .isEqualTo(new Pixels(2, 1, 3, new byte[] {1, 2, 3, 4, 5, 6}));
  }

  @Test
  void cmykJpegBecomesRgbWithInkInvertedAsAdobeWritesIt() {
    WritableRaster cmyk = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        cmyk.setPixel(x, y, new int[] {255, 0, 0, 255});
      }
    }
    Pixels pixels = ImageDecoder.decode("c.jpg", EncodedImages.adobeJpeg(cmyk));
    assertThat(pixels.channels()).isEqualTo(3);
    assertThat(pixels.sample(8, 8, 0)).isGreaterThan(150);
    assertThat(pixels.sample(8, 8, 1)).isLessThan(100);
    assertThat(pixels.sample(8, 8, 2)).isLessThan(100);
  }

  @Test
  void truncatedJpegIsRefusedWhereverItWasCut() {
    for (int length :
        new int[] {
          3, 4, 20, 150, JPEG.length / 2, JPEG.length - 40, JPEG.length - 2, JPEG.length - 1
        }) {
      assertRefused(() -> ImageDecoder.decode("cut.jpg", Arrays.copyOf(JPEG, length)))
          .hasMessageContaining("truncated JPEG: it ends after %,d bytes".formatted(length))
          .hasMessageContaining("expected the end marker");
    }
  }

  @Test
  void jpegThatLacksItsMiddleIsRefused() {
    byte[] large = EncodedImages.jpeg(EncodedImages.picture(400, 300, 3));
    byte[] cut = Arrays.copyOf(large, large.length / 2 + 2);
    cut[cut.length - 2] = (byte) 0xff;
    cut[cut.length - 1] = (byte) 0xd9;
    assertRefused(() -> ImageDecoder.decode("cut.jpg", cut)).hasMessageContaining("damaged JPEG");
  }

  @Test
  void pngCutAnywhereIsRefused() {
    for (int length : new int[] {8, 20, 33, PNG.length / 2, PNG.length - 12, PNG.length - 1}) {
      assertRefused(() -> ImageDecoder.decode("cut.png", Arrays.copyOf(PNG, length)))
          .hasMessageContaining("truncated PNG: it ends after %,d bytes".formatted(length));
    }
  }

  @Test
  void pngWithOneWrongByteIsRefused() {
    byte[] corrupt = PNG.clone();
    corrupt[PNG.length / 2] ^= 0x10;
    assertRefused(() -> ImageDecoder.decode("bad.png", corrupt))
        .hasMessageContaining("corrupt PNG: chunk IDAT")
        .hasMessageContaining("checksum");
  }

  @Test
  void pngWithTooLittleDataIsRefused() {
    byte[] taller = PNG.clone();
    setPngSize(taller, 40, 300);
    assertRefused(() -> ImageDecoder.decode("tall.png", taller))
        .hasMessageContaining("cannot be decoded");
  }

  @Test
  void jpegOf30000PixelsIsRefusedByItsHeader() {
    byte[] wide = JPEG.clone();
    setJpegSize(wide, 30_000, 20);
    assertRefused(() -> ImageDecoder.decode("wide.jpg", wide))
        .hasMessage("image wide.jpg: declares 30000 x 20 pixels, expected at most 16384 a side");
  }

  @Test
  void decompressionBombIsRefusedByItsHeader() {
    byte[] bomb = PNG.clone();
    setPngSize(bomb, 16_000, 16_000);
    assertRefused(() -> ImageDecoder.decode("bomb.png", bomb))
        .hasMessageContaining("declares 16000 x 16000 pixels, expected at most 67,108,864 in all");
    setPngSize(bomb, Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertRefused(() -> ImageDecoder.decode("bomb.png", bomb))
        .hasMessageContaining("expected at most 16384 a side");
  }

  @Test
  void zeroSizesAreRefused() {
    byte[] flat = JPEG.clone();
    setJpegSize(flat, 40, 0);
    assertRefused(() -> ImageDecoder.decode("flat.jpg", flat))
        .hasMessageContaining("declares 40 x 0 pixels, expected at least 1 x 1");
    assertRefused(() -> ImageDecoder.decode("none.jpg", new byte[0]))
        .hasMessage("image none.jpg: is empty, expected a JPEG or PNG file");
  }

  @Test
  void otherFilesAreRefusedByWhatTheyAre() {
    assertRefused(
            () -> ImageDecoder.decode("t.jpg", "Not found\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "image t.jpg: is a text file that begins with \"Not found\", expected a JPEG or PNG file");
    assertRefused(() -> ImageDecoder.decode("g.jpg", "GIF89a...".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("is a GIF file");
    byte[] dicom = new byte[200];
    System.arraycopy("DICM".getBytes(StandardCharsets.UTF_8), 0, dicom, 128, 4);
    assertRefused(() -> ImageDecoder.decode("d.jpg", dicom))
        .hasMessageContaining("is a DICOM file");
    assertRefused(() -> ImageDecoder.decode("x.jpg", new byte[] {1, 2, 3}))
        .hasMessageContaining("begins with the bytes 010203");
  }

  @Test
  void randomDamageNeverEscapesAsAnythingElse() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 400; i++) {
      byte[] damaged = (i % 2 == 0 ? JPEG : PNG).clone();
      for (int k = 0; k <= i % 4; k++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(ImageDecoder.decode("damaged", damaged).samples()).isNotEmpty();
      } catch (UnreadableImageException e) {
        assertThat(e).hasMessageStartingWith("image damaged: ");
      }
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(UnreadableImageException.class);
  }

  private static void setPngSize(byte[] png, int width, int height) {
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
  }

  private static void setJpegSize(byte[] jpeg, int width, int height) {
    for (int i = 0; i < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(jpeg).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
        return;
      }
    }
    throw new IllegalArgumentException("no frame header");
  }
}
