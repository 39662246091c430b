package dev.xfolds.operator.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Does something many times at a steady rate, however long each takes. */
final class Pace {
  private Pace() {}

  /**
   * Calls work with 0 to count - 1, and returns when all have returned.
   *
   * @throws ScaleException if one of them throws
   */
  static void keep(int count, int perSecond, IntConsumer work) {
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long due = start + i * (1_000_000_000L / perSecond);
        Await.pass(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        int number = i;
        all.add(threads.submit(() -> work.accept(number)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new ScaleException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ScaleException("interrupted", e);
    }
  }
}
