package dev.xfolds.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogTailIT {
  @TempDir private Path folder;

  @Test
  void warningOfLibtorchThatSaysNothingIsLeftOut() throws IOException {
    Path log =
        Files.write(
            folder.resolve("trainer.log"),
            List.of(
                "first",
                "[W1125 09:40:12.345678901 LegacyTypeDispatch.h:79] Warning: AutoNonVariableTypeMode"
                    + " is deprecated (function operator())",
                "",
                "[W1125 09:40:12.4 Other.cpp:1] Warning: stays",
                "trainer: last"));
    assertThat(LogTail.of(log, 3))
        .containsExactly("first", "[W1125 09:40:12.4 Other.cpp:1] Warning: stays", "trainer: last");
  }
}
