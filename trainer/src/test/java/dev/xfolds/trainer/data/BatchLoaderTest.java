package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.trainer.config.TrainerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

final class BatchLoaderTest {

  private static final int[] IMAGE_OF_SAMPLE = {0, 0, 1, 1, 2, 3, 3, 3, 4, 5};

  /** Two values of an image: its number and its negative. */
  private record Numbers(IntConsumer before) implements ImageTensors {
    @Override
    public long[] shape() {
      return new long[] {2, 1};
    }

    @Override
    public void read(int image, float[] target, int offset) {
      before.accept(image);
      target[offset] = image;
      target[offset + 1] = -image;
    }
  }

  private static BatchLoader loader(long first, long end, int threads, IntConsumer before) {
    double[] weights = new double[IMAGE_OF_SAMPLE.length];
    Arrays.fill(weights, 1);
    BatchOrder order = new BatchOrder(5, weights, 3);
    return new BatchLoader(order::batch, IMAGE_OF_SAMPLE, new Numbers(before), first, end, threads);
  }

  private static List<Batch> all(int threads) throws InterruptedException {
    List<Batch> batches = new ArrayList<>();
    try (BatchLoader loader = loader(2, 30, threads, image -> {})) {
      for (int i = 2; i < 30; i++) {
        batches.add(loader.next());
      }
    }
    return batches;
  }

  @Test
  void batchesComeInOrderWithTheImagesOfTheirSamples() throws InterruptedException {
    long step = 2;
    for (Batch batch : all(4)) {
      assertThat(batch.step()).isEqualTo(step++);
      assertThat(batch.samples()).hasSize(3);
      for (int i = 0; i < 3; i++) {
        int image = IMAGE_OF_SAMPLE[batch.samples()[i]];
        assertThat(Arrays.copyOfRange(batch.images(), 2 * i, 2 * i + 2))
            .containsExactly(image, -image);
      }
    }
  }

  @Test
  void numberOfThreadsChangesNothing() throws InterruptedException {
    List<Batch> one = all(1);
    List<Batch> four = all(4);
    assertThat(four).hasSameSizeAs(one);
    for (int i = 0; i < one.size(); i++) {
      assertThat(four.get(i).step()).isEqualTo(one.get(i).step());
      assertThat(four.get(i).samples()).isEqualTo(one.get(i).samples());
      assertThat(four.get(i).images()).isEqualTo(one.get(i).images());
    }
  }

  @Test
  void nothingComesAfterTheLastBatch() throws InterruptedException {
    try (BatchLoader loader = loader(0, 1, 2, image -> {})) {
      assertThat(loader.next().step()).isZero();
      assertThatThrownBy(loader::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no batch after step 1");
    }
  }

  @Test
  void imageThatIsGoneMeansRetry() {
    try (BatchLoader loader =
        loader(
            0,
            3,
            1,
            image -> {
              throw new UnreadableImageException("a.jpg", "no file /a.jpg");
            })) {
      assertThatThrownBy(loader::next)
          .isInstanceOfSatisfying(
              TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
          .hasMessage(
              "an image that was readable at the start is not any more: image a.jpg: no file /a.jpg");
    }
  }

  @Test
  void bugsAndErrorsAreThrownAsTheyAre() {
    IllegalStateException bug = new IllegalStateException("bug");
    try (BatchLoader loader =
        loader(
            0,
            3,
            1,
            image -> {
              throw bug;
            })) {
      assertThatThrownBy(loader::next).isSameAs(bug);
    }
    OutOfMemoryError error = new OutOfMemoryError("heap");
    try (BatchLoader loader =
        loader(
            0,
            3,
            1,
            image -> {
              throw error;
            })) {
      assertThatThrownBy(loader::next).isSameAs(error);
    }
  }

  @Test
  void closingInterruptsWhatIsBeingRead() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean reading = new AtomicBoolean();
    AtomicBoolean interrupted = new AtomicBoolean();
    IntConsumer blocks =
        image -> {
          reading.set(true);
          try {
            never.await();
          } catch (InterruptedException e) {
            interrupted.set(true);
            Thread.currentThread().interrupt();
          }
        };
    BatchLoader loader = loader(0, 3, 1, blocks);
    await().untilTrue(reading);
    assertThat(interrupted).isFalse();
    loader.close();
    await().untilTrue(interrupted);
  }
}
