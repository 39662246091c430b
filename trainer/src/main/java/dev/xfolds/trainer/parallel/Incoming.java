package dev.xfolds.trainer.parallel;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What the previous rank sends for one operation: put into its place, or added to what is there.
 */
final class Incoming {

  private final MemorySegment memory;
  private final ByteBuffer header;
  private final ByteBuffer scratch;
  private final MemorySegment summands;
  private final Cursor cursor;
  private long received;

  /**
   * Reads nothing yet.
   *
   * @param memory of the operation
   * @param scratch direct, for what is added
   */
  Incoming(MemorySegment memory, Route route, ByteBuffer scratch) {
    this.memory = memory;
    this.header = ByteBuffer.allocate(Operation.BYTES);
    this.scratch = scratch.clear();
    this.summands = MemorySegment.ofBuffer(scratch);
    this.cursor = new Cursor(route.in());
  }

  boolean done() {
    return !header.hasRemaining() && cursor.done();
  }

  /** Bytes that are in their place, final. */
  long received() {
    return received;
  }

  /**
   * Takes what is there.
   *
   * @return whether that was anything
   * @throws OutOfStepException if the previous rank does something else
   */
  boolean read(SocketChannel channel, Operation expected) throws IOException, OutOfStepException {
    if (done()) {
      return false;
    }
    if (header.hasRemaining()) {
      return readHeader(channel, expected);
    }
    return cursor.sum() ? readSummands(channel) : readValues(channel);
  }

  private boolean readHeader(SocketChannel channel, Operation expected)
      throws IOException, OutOfStepException {
    boolean any = count(channel.read(header)) > 0;
    if (!header.hasRemaining()) {
      Operation theirs = Operation.read(header.flip());
      header.position(header.limit());
      if (!theirs.equals(expected)) {
        throw new OutOfStepException(theirs);
      }
    }
    return any;
  }

  private boolean readValues(SocketChannel channel) throws IOException {
    long most = Math.min(cursor.left(), Outgoing.AT_ONCE);
    int bytes = count(channel.read(memory.asSlice(cursor.offset(), most).asByteBuffer()));
    cursor.advance(bytes);
    received += bytes;
    return bytes > 0;
  }

  /** A part of a float stays at the beginning of scratch until the rest has come. */
  private boolean readSummands(SocketChannel channel) throws IOException {
    scratch.limit((int) Math.min(scratch.capacity(), cursor.left()));
    int bytes = count(channel.read(scratch));
    int whole = scratch.position() / Float.BYTES * Float.BYTES;
    FloatSum.add(memory, cursor.offset(), summands, whole);
    scratch.flip().position(whole);
    scratch.compact();
    cursor.advance(whole);
    received += whole;
    return bytes > 0;
  }

  private static int count(int bytes) throws EOFException {
    if (bytes < 0) {
      throw new EOFException("end of stream");
    }
    return bytes;
  }
}
