package dev.xfolds.trainer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ExitCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code of a worker, from those of its ranks. */
final class WorkerTest {

  /** Ranks and their codes, in the order in which they ended. */
  private static List<Worker.End> ends(String text) {
    return Arrays.stream(text.split(" ", -1))
        .map(one -> one.split("=", 2))
        .map(one -> new Worker.End(Integer.parseInt(one[0]), Integer.parseInt(one[1]), ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "1=0 0=0, DONE",
    "3=0 2=0, DONE",
    "0=0 1=137, DONE",
    "1=10 0=10, RETRY",
    "0=10 1=137, RETRY",
    "1=134 0=10, RETRY",
    "0=10 1=11, OUT_OF_MEMORY",
    "1=2 0=10, INVALID",
    "1=10 0=1, BUG",
    "1=12 0=12, STOPPED",
    "1=10 0=12, STOPPED",
    "1=12 0=137, RETRY",
    "3=0 2=11, OUT_OF_MEMORY",
  })
  void rankWithACauseOfItsOwnGivesTheCode(String ends, ExitCode code) {
    assertThat(Worker.code(ends(ends))).isEqualTo(code);
  }

  @Test
  void rankHasItsNumberAndItsPartOfTheHeapAndStartsAnew() {
    Map<String, String> environment =
        new TreeMap<>(Map.of("PATH", "/bin", "_JPACKAGE_LAUNCHER", "1"));
    Worker.prepare(environment, 1, 512);
    assertThat(environment)
        .isEqualTo(Map.of("PATH", "/bin", "XFOLDS_LOCAL_RANK", "1", "_JAVA_OPTIONS", "-Xmx512m"));
    Worker.prepare(environment, 0, 256);
    assertThat(environment).containsEntry("_JAVA_OPTIONS", "-Xmx512m -Xmx256m");
  }

  @ParameterizedTest
  @CsvSource({
    "137, '', rank 3 was ended by signal 9",
    "77, '', rank 3 ended with exit code 77",
    "2, the plan is wrong, rank 3: the plan is wrong",
  })
  void endIsTold(int code, String reason, String told) {
    assertThat(new Worker.End(3, code, reason)).hasToString(told);
  }
}
