package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunProgress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessMemoryTest {

  @Test
  void residentMemoryIsTheLineOfTheKernel() {
    assertThat(
            ProcessMemory.resident(
                List.of("VmPeak:\t 9000 kB", "VmRSS:\t  1500 kB", "RssAnon:\t 10 kB")))
        .isEqualTo(1_536_000);
    assertThat(ProcessMemory.resident(List.of("Name:\tjava"))).isZero();
  }

  @Test
  void nothingElseOfTheProgressChanges() {
    RunProgress progress = RunProgress.newBuilder().setStep(7).setLoss(0.5f).build();
    assertThat(new ProcessMemory(10, 30).in(progress))
        .isEqualTo(progress.toBuilder().setHeapBytes(10).setResidentBytes(30).build());
  }
}
