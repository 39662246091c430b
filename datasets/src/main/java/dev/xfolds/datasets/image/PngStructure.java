package dev.xfolds.datasets.image;

import dev.xfolds.datasets.image.ImageHeader.BrokenImageException;
import dev.xfolds.datasets.image.ImageHeader.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The chunks of a PNG file, with their checksums, which ImageIO does not check. */
final class PngStructure {

  private static final long SIGNATURE = 0x89504e470d0a1a0aL;

  private PngStructure() {}

  static boolean startsLikePng(byte[] file) {
    return file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong(0) == SIGNATURE;
  }

  static ImageHeader header(byte[] file) throws BrokenImageException {
    ByteBuffer in = ByteBuffer.wrap(file);
    ImageHeader header = null;
    int position = Long.BYTES;
    while (true) {
      if (position + 12 > file.length) {
        throw cut(file);
      }
      int length = in.getInt(position);
      if (length < 0 || length > file.length - position - 12) {
        throw cut(file);
      }
      String type = new String(file, position + 4, 4, StandardCharsets.ISO_8859_1);
      CRC32 checksum = new CRC32();
      checksum.update(file, position + 4, length + 4);
      if ((int) checksum.getValue() != in.getInt(position + 8 + length)) {
        throw new BrokenImageException(
            "is a corrupt PNG: chunk %s at byte %,d has checksum %08x, expected %08x"
                .formatted(
                    type.matches("[A-Za-z]{4}") ? type : "?",
                    position,
                    in.getInt(position + 8 + length),
                    checksum.getValue()));
      }
      if (header == null) {
        if (!type.equals("IHDR") || length != 13) {
          throw new BrokenImageException(
              "is a corrupt PNG: its first chunk is " + type + ", expected IHDR");
        }
        header = new ImageHeader(Format.PNG, in.getInt(position + 8), in.getInt(position + 12));
      }
      if (type.equals("IEND")) {
        return header;
      }
      position += 12 + length;
    }
  }

  private static BrokenImageException cut(byte[] file) {
    return new BrokenImageException(
        "is a truncated PNG: it ends after %,d bytes, expected a chunk IEND"
            .formatted(file.length));
  }
}
