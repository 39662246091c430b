package dev.xfolds.operator.local;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Says that everything must stop, and wakes who waits; also wakes waiters for other news. */
public final class StopSignal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean requested;
  private long news;

  public void request() {
    lock.lock();
    try {
      requested = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public boolean requested() {
    lock.lock();
    try {
      return requested;
    } finally {
      lock.unlock();
    }
  }

  /** Something happened: a process ended. */
  void wake() {
    lock.lock();
    try {
      news++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a request to stop, at most so long. Returns whether there is one. */
  boolean await(Duration atMost) {
    return await(atMost, false);
  }

  /**
   * Waits for a request to stop or for news, at most so long. Returns whether there is a request.
   */
  boolean awaitNews(Duration atMost) {
    return await(atMost, true);
  }

  private boolean await(Duration atMost, boolean orNews) {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      long before = news;
      while (!requested && !(orNews && news != before) && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return requested;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
