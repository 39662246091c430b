package dev.xfolds.trainer.cli;

import java.util.concurrent.CountDownLatch;

/**
 * SIGTERM as a request. The JVM would end with 143, which says nothing: its shutdown waits for the
 * main thread, and the code is that thread's.
 */
final class Termination {

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile int code;

  private Termination() {}

  static Termination install() {
    Termination termination = new Termination();
    Runtime.getRuntime().addShutdownHook(new Thread(termination::onShutdown, "stop"));
    return termination;
  }

  private void onShutdown() {
    requested = true;
    try {
      ended.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a shutdown hook", e);
    }
    Runtime.getRuntime().halt(code);
  }

  boolean requested() {
    return requested;
  }

  /** Says how the main thread ended. */
  int end(int exitCode) {
    code = exitCode;
    ended.countDown();
    return exitCode;
  }
}
