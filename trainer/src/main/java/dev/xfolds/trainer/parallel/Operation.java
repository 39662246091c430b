package dev.xfolds.trainer.parallel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * What a rank is doing; its bytes follow it on the wire.
 *
 * @param sequence how many came before
 * @param amount of what its kind counts, on every rank
 * @param root whose bytes are taken; 0 where all give some
 */
record Operation(Kind kind, long sequence, long amount, int root) {

  static final int BYTES = 4 + 4 + 8 + 8 + 4;

  private static final int MAGIC = 0x78666f70; // xfop

  enum Kind {
    ALL_REDUCE(1, "floats"),
    ALL_REDUCE_NUMBERS(2, "numbers"),
    REDUCE_SCATTER(3, "floats"),
    ALL_GATHER(4, "floats"),
    BROADCAST(5, "bytes"),
    BARRIER(6, "ranks");

    /** On the wire. */
    private final int code;

    private final String unit;

    Kind(int code, String unit) {
      this.code = code;
      this.unit = unit;
    }

    private static Kind of(int code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("operation of kind " + code);
    }
  }

  void write(ByteBuffer buffer) {
    buffer.putInt(MAGIC).putInt(kind.code).putLong(sequence).putLong(amount).putInt(root);
  }

  static Operation read(ByteBuffer buffer) throws IOException {
    int magic = buffer.getInt();
    Kind kind = Kind.of(buffer.getInt());
    if (magic != MAGIC) {
      throw new IOException("what it sends is no operation");
    }
    return new Operation(kind, buffer.getLong(), buffer.getLong(), buffer.getInt());
  }

  /** For messages. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String from = kind == Kind.BROADCAST ? " of rank " + root : "";
    return "%s of %d %s%s (operation %d)".formatted(name, amount, kind.unit, from, sequence);
  }
}
