package dev.xfolds.trainer.parallel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What a rank says of itself; all but the rank must be equal on all of them.
 *
 * @param planDigest of the plan that it has read
 * @param runUid of the run
 * @param attempt of the run
 * @param version of xfolds
 * @param size number of ranks
 * @param rank of the one that speaks
 */
public record Greeting(
    String planDigest, String runUid, long attempt, String version, int size, int rank) {

  private static final int MAGIC = 0x78667231; // xfr1
  private static final int LONGEST_TEXT = 256;
  private static final int LONGEST = 4096;

  public Greeting {
    require(planDigest, "planDigest");
    require(runUid, "runUid");
    require(version, "version");
    if (size < 1 || rank < 0 || rank >= size) {
      throw new IllegalArgumentException(
          "rank must be 0 to size - 1, was %d of %d".formatted(rank, size));
    }
  }

  private static void require(String text, String name) {
    if (text.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "%s must have at most %d characters, has %d"
              .formatted(name, LONGEST_TEXT, text.length()));
    }
  }

  void write(DataOutputStream out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    body.writeUTF(planDigest);
    body.writeUTF(runUid);
    body.writeLong(attempt);
    body.writeUTF(version);
    body.writeInt(size);
    body.writeInt(rank);
    out.writeInt(MAGIC);
    out.writeInt(bytes.size());
    bytes.writeTo(out);
    out.flush();
  }

  /**
   * Reads what {@link #write} has written, and no byte more.
   *
   * @throws IOException if it is anything else
   */
  static Greeting read(DataInputStream in) throws IOException {
    int magic = in.readInt();
    int length = in.readInt();
    if (magic != MAGIC || length < 0 || length > LONGEST) {
      throw new IOException("it does not greet as a rank of xfolds does");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    try (DataInputStream body = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new Greeting(
          body.readUTF(),
          body.readUTF(),
          body.readLong(),
          body.readUTF(),
          body.readInt(),
          body.readInt());
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new IOException("its greeting cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The first difference that keeps two ranks from training together.
   *
   * @param here where this rank listens
   * @param there where the other one does
   */
  Optional<Failure> difference(Greeting other, String here, String there) {
    String kept =
        "%%s must be the same on all ranks: rank %d (%s) has %%s, rank %d (%s) has %%s"
            .formatted(rank, escaped(here), other.rank, escaped(there));
    if (!runUid.equals(other.runUid)) {
      return Optional.of(older(kept.formatted("the run's uid", runUid, other.runUid)));
    }
    if (attempt != other.attempt) {
      return Optional.of(older(kept.formatted("the attempt", attempt, other.attempt)));
    }
    if (!version.equals(other.version)) {
      return invalid(kept.formatted("the version of xfolds", version, other.version));
    }
    if (!planDigest.equals(other.planDigest)) {
      return invalid(kept.formatted("the digest of the plan", planDigest, other.planDigest));
    }
    if (size != other.size) {
      return invalid(kept.formatted("the number of ranks", size, other.size));
    }
    return Optional.empty();
  }

  private static String escaped(String text) {
    return text.replace("%", "%%");
  }

  private static Failure older(String message) {
    return new Failure(Failure.Kind.RETRY, message + "; the older processes are about to go");
  }

  private static Optional<Failure> invalid(String message) {
    return Optional.of(new Failure(Failure.Kind.INVALID, message));
  }
}
