package dev.xfolds.trainer.parallel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Moves the bytes of one operation after the other: from the previous rank and to the next one at
 * the same time, by one thread.
 */
final class Ring implements AutoCloseable {

  /** What is added while it is in the processor's cache. */
  private static final int SCRATCH = 256 << 10;

  private static final long LOOK_MILLIS = 1_000;

  private final Neighbour previous;
  private final Neighbour next;
  private final FirstFailure failure;
  private final Selector selector;
  private final SelectionKey readable;
  private final SelectionKey writable;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);

  /** Owns both neighbours. */
  Ring(Neighbour previous, Neighbour next, FirstFailure failure) {
    this.previous = previous;
    this.next = next;
    this.failure = failure;
    try {
      selector = Selector.open();
      readable = previous.data().register(selector, 0);
      writable = next.data().register(selector, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    failure.listen(_ -> selector.wakeup());
  }

  /**
   * Runs an operation to its end.
   *
   * @param own name of this rank, for messages
   */
  void run(Operation operation, MemorySegment memory, Route route, String own) {
    Incoming incoming = new Incoming(memory, route, scratch);
    Outgoing outgoing = new Outgoing(memory, route, operation);
    while (!(incoming.done() && outgoing.done())) {
      failure.throwIfAny();
      boolean sent = send(outgoing, incoming.received(), operation);
      boolean received = receive(incoming, operation, own);
      if (!sent && !received) {
        await(incoming, outgoing, operation, own);
      }
    }
  }

  private boolean send(Outgoing outgoing, long received, Operation operation) {
    try {
      return outgoing.write(next.data(), received);
    } catch (IOException e) {
      throw broken(next, operation);
    }
  }

  private boolean receive(Incoming incoming, Operation operation, String own) {
    try {
      return incoming.read(previous.data(), operation);
    } catch (IOException e) {
      throw broken(previous, operation);
    } catch (OutOfStepException e) {
      throw failed(
          new Failure(
              Failure.Kind.BUG,
              "ranks are out of step: %s is in %s, %s in %s"
                  .formatted(own, operation, previous.name(), e.theirs())));
    }
  }

  private void await(Incoming incoming, Outgoing outgoing, Operation operation, String own) {
    try {
      readable.interestOps(incoming.done() ? 0 : SelectionKey.OP_READ);
      writable.interestOps(outgoing.ready(incoming.received()) ? SelectionKey.OP_WRITE : 0);
      selector.select(LOOK_MILLIS);
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClosedSelectorException e) {
      throw new IllegalStateException("collectives were closed during " + operation, e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw failed(Failure.lost(own, "it was interrupted during " + operation));
    }
  }

  /** The other connection knows why. */
  private RuntimeException broken(Neighbour neighbour, Operation operation) {
    if (!selector.isOpen()) {
      return new IllegalStateException("collectives were closed during " + operation);
    }
    try {
      return failed(neighbour.control().lastWords(operation.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(Failure.lost(neighbour.name(), "its connection broke during " + operation));
    }
  }

  private RuntimeException failed(Failure found) {
    failure.report(found);
    return failure.get().orElse(found).exception();
  }

  @Override
  public void close() {
    try (previous;
        next) {
      Quietly.close(selector);
    }
  }
}
