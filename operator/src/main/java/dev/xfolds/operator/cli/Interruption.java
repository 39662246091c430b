package dev.xfolds.operator.cli;

import dev.xfolds.operator.local.StopSignal;
import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, SIGTERM and a closed terminal: runs are stopped in order before the JVM ends, with 128 +
 * signal.
 */
final class Interruption implements AutoCloseable {
  static final int EXIT_CODE = 130;

  private final StopSignal stop;
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(StopSignal stop, ProgressView view) {
    this.stop = stop;
    this.hook = new Thread(() -> stopAll(view), "stop");
  }

  static Interruption listen(StopSignal stop, ProgressView view) {
    Interruption interruption = new Interruption(stop, view);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  boolean requested() {
    return stop.requested();
  }

  @Override
  public void close() {
    finished.countDown();
    if (!stop.requested()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM is ending already, and the hook has nothing left to wait for.
        stop.request();
      }
    }
  }

  private void stopAll(ProgressView view) {
    if (finished.getCount() == 0) {
      return;
    }
    view.note("xfolds", "stopping, waits for a checkpoint");
    stop.request();
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
