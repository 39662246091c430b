package dev.xfolds.trainer.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file that libtorch loads a TorchScript module from, without parameters: a zip that is stored,
 * with the source and two pickles.
 */
final class ScriptArchive {

  private static final String CLASS =
      "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
  private static final String VERSION = "3\n";

  private ScriptArchive() {}

  /**
   * Of methods.
   *
   * @param source methods without indentation, {@code self} without a type
   */
  static byte[] of(String source) throws IOException {
    String methods =
        source
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.isBlank() ? "" : "  " + line.replace("(self,", "(self: __torch__.M,"))
            .collect(Collectors.joining("\n", "", "\n"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", module());
      put(zip, "code/__torch__.py", (CLASS + methods).getBytes(StandardCharsets.UTF_8));
      put(zip, "constants.pkl", emptyTuple());
      put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry("script/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** Pickle, protocol 2: an object of class M with the state {"training": True}. */
  private static byte[] module() {
    Pickle pickle = new Pickle();
    pickle.text("c__torch__\nM\n").text(")").code(0x81).text("}(X").length("training");
    return pickle.text("training").code(0x88).text("ub.").bytes();
  }

  private static byte[] emptyTuple() {
    return new Pickle().text(").").bytes();
  }

  /** Bytes of a pickle. */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      code(0x80).code(2);
    }

    Pickle code(int code) {
      bytes.write(code);
      return this;
    }

    Pickle text(String text) {
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    /** In four bytes, the least first. */
    Pickle length(String text) {
      return code(text.length()).code(0).code(0).code(0);
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
