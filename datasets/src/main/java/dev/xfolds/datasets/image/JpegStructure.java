package dev.xfolds.datasets.image;

import dev.xfolds.datasets.image.ImageHeader.BrokenImageException;
import dev.xfolds.datasets.image.ImageHeader.Format;

/**
 * The segments of a JPEG file, ITU-T T.81 annex B: enough to know its size and whether it is whole.
 */
final class JpegStructure {

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  private JpegStructure() {}

  static boolean startsLikeJpeg(byte[] file) {
    return file.length >= 3 && at(file, 0) == 0xff && at(file, 1) == 0xd8 && at(file, 2) == 0xff;
  }

  /**
   * Reads up to the first scan, then looks for the end marker: a scan cannot contain it, so a file
   * without it was cut.
   */
  static ImageHeader header(byte[] file) throws BrokenImageException {
    ImageHeader header = null;
    int position = 2;
    while (true) {
      position = skipFill(file, position);
      int marker = at(file, position);
      int segment = position + 1;
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        position = segment;
        continue;
      }
      if (marker == END_OF_IMAGE) {
        throw new BrokenImageException("is a JPEG without image data");
      }
      if (segment + 2 > file.length) {
        throw cut(file);
      }
      int length = (at(file, segment) << 8) | at(file, segment + 1);
      if (length < 2 || segment + length > file.length) {
        throw cut(file);
      }
      if (isFrame(marker)) {
        if (length < 8) {
          throw new BrokenImageException(
              "is a JPEG with a broken frame header at byte " + position);
        }
        header =
            new ImageHeader(
                Format.JPEG,
                (at(file, segment + 5) << 8) | at(file, segment + 6),
                (at(file, segment + 3) << 8) | at(file, segment + 4));
      }
      if (marker == START_OF_SCAN) {
        if (header == null) {
          throw new BrokenImageException(
              "is a JPEG whose image data begins before its frame header");
        }
        requireEnd(file, segment + length);
        return header;
      }
      position = segment + length;
    }
  }

  /** Of a marker: the position after 0xff and its repetitions. */
  private static int skipFill(byte[] file, int position) throws BrokenImageException {
    int p = position;
    if (p < file.length && at(file, p) != 0xff) {
      throw new BrokenImageException(
          "is a JPEG with 0x%02x at byte %,d, expected a marker (0xff)".formatted(at(file, p), p));
    }
    while (p < file.length && at(file, p) == 0xff) {
      p++;
    }
    if (p >= file.length) {
      throw cut(file);
    }
    return p;
  }

  private static void requireEnd(byte[] file, int scan) throws BrokenImageException {
    for (int i = scan; i + 1 < file.length; i++) {
      if (at(file, i) == 0xff && at(file, i + 1) == END_OF_IMAGE) {
        return;
      }
    }
    throw cut(file);
  }

  private static BrokenImageException cut(byte[] file) {
    return new BrokenImageException(
        "is a truncated JPEG: it ends after %,d bytes, expected the end marker ffd9"
            .formatted(file.length));
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int at(byte[] file, int position) {
    return file[position] & 0xff;
  }
}
