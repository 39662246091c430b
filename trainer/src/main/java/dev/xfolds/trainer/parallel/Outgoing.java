package dev.xfolds.trainer.parallel;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What this rank sends to the next one for one operation, straight from the operation's memory. */
final class Outgoing {

  /** Small enough that reading gets its turn. */
  static final int AT_ONCE = 1 << 20;

  private final MemorySegment memory;
  private final Cursor cursor;
  private final long first;
  private final ByteBuffer header;
  private long sent;

  /** Sends nothing yet. */
  Outgoing(MemorySegment memory, Route route, Operation operation) {
    this.memory = memory;
    this.cursor = new Cursor(route.out());
    this.first = route.first();
    this.header = ByteBuffer.allocate(Operation.BYTES);
    operation.write(header);
    header.flip();
  }

  boolean done() {
    return !header.hasRemaining() && cursor.done();
  }

  /** Whether there is anything to send once so many bytes have been received. */
  boolean ready(long received) {
    return header.hasRemaining() || (!cursor.done() && first + received > sent);
  }

  /**
   * Sends what the connection takes now.
   *
   * @return whether that was anything
   */
  boolean write(SocketChannel channel, long received) throws IOException {
    if (header.hasRemaining()) {
      return channel.write(header) > 0;
    }
    if (!ready(received)) {
      return false;
    }
    long most = Math.min(Math.min(cursor.left(), first + received - sent), AT_ONCE);
    int bytes = channel.write(memory.asSlice(cursor.offset(), most).asByteBuffer());
    cursor.advance(bytes);
    sent += bytes;
    return bytes > 0;
  }
}
