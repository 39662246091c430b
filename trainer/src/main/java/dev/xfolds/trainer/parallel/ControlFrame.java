package dev.xfolds.trainer.parallel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What neighbours say to each other beside the data. */
sealed interface ControlFrame {

  int LONGEST_MESSAGE = 2000;

  /** Still there. */
  record Beat() implements ControlFrame {}

  /** Ends on purpose: no frame follows. */
  record Leaving() implements ControlFrame {}

  /** The ranks cannot go on. */
  record Failed(Failure failure) implements ControlFrame {}

  /** Opens the data connection. */
  record Admission(Token token) implements ControlFrame {}

  default void write(DataOutputStream out) throws IOException {
    switch (this) {
      case Beat() -> out.writeByte(0);
      case Leaving() -> out.writeByte(1);
      case Failed(Failure failure) -> {
        byte[] message = failure.message().getBytes(StandardCharsets.UTF_8);
        int length = Math.min(message.length, LONGEST_MESSAGE);
        out.writeByte(2);
        out.writeByte(failure.kind().code());
        out.writeShort(length);
        out.write(message, 0, length);
      }
      case Admission(Token token) -> {
        out.writeByte(3);
        out.write(token.bytes());
      }
    }
    out.flush();
  }

  /**
   * The next frame.
   *
   * @throws IOException if it is none, or the connection ends
   */
  static ControlFrame read(DataInputStream in) throws IOException {
    int type = in.readUnsignedByte();
    return switch (type) {
      case 0 -> new Beat();
      case 1 -> new Leaving();
      case 2 -> {
        Failure.Kind kind = Failure.Kind.of(in.readUnsignedByte());
        int length = in.readUnsignedShort();
        if (length > LONGEST_MESSAGE) {
          throw new IOException("message of %d bytes".formatted(length));
        }
        byte[] message = new byte[length];
        in.readFully(message);
        yield new Failed(new Failure(kind, new String(message, StandardCharsets.UTF_8)));
      }
      case 3 -> new Admission(Token.read(in));
      default -> throw new IOException("frame of type " + type);
    };
  }
}
