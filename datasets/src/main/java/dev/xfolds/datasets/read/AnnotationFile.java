package dev.xfolds.datasets.read;

import dev.xfolds.datasets.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file of annotations, read whole. */
@SuppressWarnings("ArrayRecordComponent") // a digest and a decoder read it, nobody else sees it
record AnnotationFile(Path path, byte[] bytes) {

  /**
   * Largest annotation file, in bytes; the largest public one that these formats know has 60 MB.
   */
  static final int MAX_BYTES = 256 << 20;

  static AnnotationFile read(Path path) {
    if (Files.isDirectory(path)) {
      throw new DataException(path + " is a folder, expected a file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new DataException(
            "%s has %,d bytes, expected at most %,d".formatted(path, Files.size(path), MAX_BYTES));
      }
      if (bytes.length == 0) {
        throw new DataException(path + " is empty, expected records");
      }
      return new AnnotationFile(path, bytes);
    } catch (NoSuchFileException e) {
      throw new DataException("there is no file " + path, e);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(path, e), e);
    }
  }

  /** The file as text, without a byte order mark. */
  String text() {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new DataException(
          "%s, line %,d: byte 0x%02x is not UTF-8".formatted(path, line, bytes[in.position()]));
    }
    String text = out.flip().toString();
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
