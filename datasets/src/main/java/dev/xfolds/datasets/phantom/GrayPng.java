package dev.xfolds.datasets.phantom;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Writes 8-bit grayscale PNG files (ISO/IEC 15948). Pixels are stored, not compressed, because a
 * compressor's output differs between versions of zlib.
 */
final class GrayPng {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int BLOCK = 0xffff;

  private GrayPng() {}

  /**
   * A whole file.
   *
   * @param pixels row after row, size x size
   */
  static byte[] encode(byte[] pixels, int size) {
    byte[] header = ByteBuffer.allocate(13).putInt(size).putInt(size).put((byte) 8).array();
    byte[] data = zlib(filtered(pixels, size));
    ByteBuffer file = ByteBuffer.allocate(8 + 3 * 12 + header.length + data.length);
    file.putLong(SIGNATURE);
    chunk(file, "IHDR", header);
    chunk(file, "IDAT", data);
    chunk(file, "IEND", new byte[0]);
    return file.array();
  }

  /** Rows with filter type 0 in front. */
  private static byte[] filtered(byte[] pixels, int size) {
    byte[] rows = new byte[size * (size + 1)];
    for (int y = 0; y < size; y++) {
      System.arraycopy(pixels, y * size, rows, y * (size + 1) + 1, size);
    }
    return rows;
  }

  private static byte[] zlib(byte[] raw) {
    int blocks = (raw.length + BLOCK - 1) / BLOCK;
    ByteBuffer out = ByteBuffer.allocate(2 + blocks * 5 + raw.length + 4);
    out.putShort((short) 0x7801);
    for (int start = 0; start < raw.length; start += BLOCK) {
      int length = Math.min(BLOCK, raw.length - start);
      out.put((byte) (start + length == raw.length ? 1 : 0));
      out.putShort(Short.reverseBytes((short) length));
      out.putShort(Short.reverseBytes((short) ~length));
      out.put(raw, start, length);
    }
    Adler32 adler = new Adler32();
    adler.update(raw);
    return out.putInt((int) adler.getValue()).array();
  }

  private static void chunk(ByteBuffer file, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    file.putInt(data.length).put(name).put(data).putInt((int) crc.getValue());
  }
}
