package dev.xfolds.trainer.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lists and their arrays own. */
final class ScriptIT {

  private static final Script SCRIPT =
      Script.of(
          """
          def double(self, x: List[Tensor]) -> float:
              torch._foreach_mul_(x, 2.0)
              return float(len(x))

          def new(self, x: List[Tensor]) -> float:
              y = x[0] + x[0]
              return float(y.sum())
          """);

  @Test
  void changesInPlaceAreSeenByTheArray() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.create(new float[] {1, 2});
      try (TensorList list = TensorList.of(List.of(array, array.duplicate()), manager)) {
        assertThat(SCRIPT.call("double", list)).isEqualTo(2);
      }
      assertThat(array.toFloatArray()).containsExactly(2, 4);
    }
  }

  @Test
  void listOutlivesItsArrayAndMayBeClosedTwice() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TensorList list = listOfAnArrayThatIsClosed(manager);
      assertThat(SCRIPT.call("new", list)).isEqualTo(6);
      for (int i = 0; i < 2; i++) {
        list.close();
      }
    }
  }

  private static TensorList listOfAnArrayThatIsClosed(NDManager manager) {
    try (NDManager other = NDManager.newBaseManager()) {
      return TensorList.of(List.of(other.create(new float[] {1, 2})), manager);
    }
  }

  @Test
  void nothingPilesUpOverAThousandCalls() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.ones(new Shape(100_000));
      long before = 0;
      for (int i = 0; i < 1_500; i++) {
        if (i == 500) {
          before = resident();
        }
        try (TensorList list = TensorList.of(List.of(array), manager)) {
          SCRIPT.call("new", list);
        }
      }
      assertThat(resident() - before).as("bytes; one result is 400,000").isLessThan(20_000_000);
      assertThat(manager.getManagedArrays()).hasSize(1);
    }
  }

  private static long resident() throws IOException {
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1];
    return Long.parseLong(pages) * 4096;
  }

  @Test
  void wrongScriptIsRefusedWithTheReason() {
    assertThatThrownBy(() -> Script.of("def f(self, x: Tensor) -> float:\n    return nothing\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("undefined value nothing");
  }
}
