package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.trainer.config.TrainerException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ImageScanTest {

  private static final int IMAGES = 5000;

  /** Counts how often images are read. */
  private record Counted(String name, AtomicInteger reads) implements ImageSource {
    @Override
    public byte[] bytes() {
      reads.incrementAndGet();
      return new byte[] {1};
    }
  }

  @Test
  void whatIsThrownAfterAnImageEndsTheScanAtOnce() {
    AtomicInteger reads = new AtomicInteger();
    List<Sample> samples =
        IntStream.range(0, IMAGES)
            .mapToObj(i -> new Counted("image " + i, reads))
            .map(image -> new Sample("data", image, "text", List.of(), ""))
            .toList();
    AtomicInteger looks = new AtomicInteger();
    Runnable stop =
        () -> {
          if (looks.incrementAndGet() >= 3) {
            throw TrainerException.stopped("stopped");
          }
        };
    assertThatThrownBy(() -> ImageScan.of(new ImageIndex().add(samples), 2, stop))
        .isInstanceOf(TrainerException.class)
        .hasMessage("stopped");
    assertThat(reads.get()).isLessThan(IMAGES / 2);
  }
}
