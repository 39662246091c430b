package dev.xfolds.trainer.checkpoint;

import com.google.protobuf.CodedInputStream;
import dev.xfolds.contract.v1.Fingerprint;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** fingerprints.bin: a delimited stream of Fingerprint messages. */
public final class FingerprintFile {

  private FingerprintFile() {}

  /** The file as a part of a checkpoint. */
  public static Part part(List<Fingerprint> entries) {
    return new Part(Checkpoint.FINGERPRINTS, file -> write(file, entries));
  }

  private static void write(Path file, List<Fingerprint> entries) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (Fingerprint entry : entries) {
        entry.writeDelimitedTo(out);
      }
    }
  }

  /**
   * Reads all entries.
   *
   * @throws DamagedCheckpointException if the file is cut or no stream of fingerprints
   */
  public static List<Fingerprint> read(Path file) {
    List<Fingerprint> entries = new ArrayList<>();
    try (InputStream stream = Files.newInputStream(file)) {
      // Not parseDelimitedFrom, which takes an entry that is cut between two fields for a whole
      // one.
      CodedInputStream in = CodedInputStream.newInstance(stream);
      while (!in.isAtEnd()) {
        entries.add(Fingerprint.parseFrom(in.readByteArray()));
        in.resetSizeCounter();
      }
      return entries;
    } catch (IOException e) {
      throw new DamagedCheckpointException(
          file + ": must be a delimited stream of fingerprints: " + e.getMessage(), e);
    }
  }
}
