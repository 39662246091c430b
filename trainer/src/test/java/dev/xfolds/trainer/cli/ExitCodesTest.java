package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import org.junit.jupiter.api.Test;

final class ExitCodesTest {

  @Test
  void whatThePlanOrTheWorldCausedHasItsCode() {
    assertThat(ExitCodes.of(TrainerException.invalid("x"))).isEqualTo(ExitCode.INVALID);
    assertThat(ExitCodes.of(TrainerException.retry("x"))).isEqualTo(ExitCode.RETRY);
    assertThat(ExitCodes.of(TrainerException.stopped("x"))).isEqualTo(ExitCode.STOPPED);
  }

  @Test
  void memoryThatRanOutHasItsCode() {
    assertThat(ExitCodes.of(new OutOfMemoryError("Java heap space")))
        .isEqualTo(ExitCode.OUT_OF_MEMORY);
    assertThat(
            ExitCodes.of(
                new EngineException(
                    "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't"
                        + " allocate memory: you tried to allocate 4398046511104 bytes.")))
        .isEqualTo(ExitCode.OUT_OF_MEMORY);
    assertThat(ExitCodes.of(new EngineException("CUDA out of memory. Tried to allocate 2 GiB")))
        .isEqualTo(ExitCode.OUT_OF_MEMORY);
  }

  @Test
  void everythingElseIsABug() {
    assertThat(ExitCodes.of(new EngineException("shape mismatch"))).isEqualTo(ExitCode.BUG);
    assertThat(ExitCodes.of(new EngineException((String) null))).isEqualTo(ExitCode.BUG);
    assertThat(ExitCodes.of(new IllegalStateException("x"))).isEqualTo(ExitCode.BUG);
    assertThat(ExitCodes.of(new StackOverflowError())).isEqualTo(ExitCode.BUG);
  }
}
