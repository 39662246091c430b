package dev.xfolds.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CollectiveBenchIT {

  @TempDir Path folder;

  @Test
  void sumsOfTwoProcessesAreTimed() {
    Measurement measured = CollectiveBench.measure(folder, new Repetition(1, 2, 1e-9));
    assertThat(measured.amount()).isEqualTo(100e6);
    assertThat(measured.seconds()).hasSize(2).allMatch(seconds -> seconds > 0);
  }
}
