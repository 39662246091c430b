package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ProcessMemoryTest {
  @Test
  void readsWhatTheKernelSays() {
    ProcessMemory memory =
        ProcessMemory.parse("Name:\tjava\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n");

    assertThat(memory).isEqualTo(new ProcessMemory(100, 200));
  }

  @Test
  void namesTheMissingField() {
    assertThatThrownBy(() -> ProcessMemory.parse("VmRSS:\t 1 kB\n")).hasMessageContaining("VmHWM");
  }
}
