package dev.xfolds.trainer.data;

import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.trainer.config.TrainerException;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Makes batches ahead of the step that needs them, on threads of its own. What a batch holds
 * depends on its step alone, so the number of threads changes nothing but the speed.
 */
public final class BatchLoader implements AutoCloseable {

  private final LongFunction<int[]> order;
  private final int[] imageOfSample;
  private final ImageTensors images;
  private final long endStep;
  private final ExecutorService threads;
  private final ArrayDeque<Future<Batch>> ahead = new ArrayDeque<>();
  private long submitted;

  /**
   * Starts to load.
   *
   * @param order from a step to its samples
   * @param imageOfSample from a sample to its image
   * @param firstStep the first batch that {@link #next} gives
   * @param endStep one after the last
   */
  public BatchLoader(
      LongFunction<int[]> order,
      int[] imageOfSample,
      ImageTensors images,
      long firstStep,
      long endStep,
      int threads) {
    this.order = order;
    this.imageOfSample = imageOfSample.clone();
    this.images = images;
    this.endStep = endStep;
    this.submitted = firstStep;
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("data-", 0).factory());
    for (int i = 0; i < threads + 1; i++) {
      submit();
    }
  }

  private void submit() {
    if (submitted < endStep) {
      long step = submitted++;
      ahead.add(threads.submit(() -> load(step)));
    }
  }

  private Batch load(long step) {
    int[] samples = order.apply(step);
    int size = images.size();
    float[] values = new float[samples.length * size];
    for (int i = 0; i < samples.length; i++) {
      images.read(imageOfSample[samples[i]], values, i * size);
    }
    return new Batch(step, samples, values);
  }

  /**
   * The next batch in order; waits for it.
   *
   * @throws TrainerException code 10 if an image that could be read before cannot be read now
   * @throws IllegalStateException after the last batch
   */
  public Batch next() throws InterruptedException {
    Future<Batch> first = ahead.poll();
    if (first == null) {
      throw new IllegalStateException("no batch after step " + endStep);
    }
    submit();
    try {
      return first.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UnreadableImageException unreadable ->
            throw TrainerException.retry(
                "an image that was readable at the start is not any more: "
                    + unreadable.getMessage(),
                unreadable);
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Waits for the images that are being read: their store may be closed next. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
