package dev.xfolds.trainer.tensor;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A function in TorchScript from tensors to a tensor, which {@link Autograd} records: what DJL runs
 * under another name than forward records nothing. Other arguments are fixed when it is compiled.
 */
public final class RecordedFunction {

  /** Owns the function, and would end it if it were collected. */
  private final Model model;

  private final int tensors;

  private RecordedFunction(Model model, int tensors) {
    this.model = model;
    this.tensors = tensors;
  }

  /**
   * Compiles a function of a resource, of the form that {@link Script} takes; it stays loaded as
   * long as the process lives.
   *
   * @param tensors how many it is applied to; they come first
   * @param constants Long, Double or Boolean: what it is always told behind them
   * @throws IllegalArgumentException with libtorch's words if it is no TorchScript
   */
  public static RecordedFunction of(
      Class<?> beside, String resource, String function, int tensors, Object... constants) {
    String names =
        IntStream.range(0, tensors).mapToObj(i -> "x" + i).collect(Collectors.joining(", "));
    String arguments =
        Stream.concat(Stream.of(names), Stream.of(constants).map(RecordedFunction::literal))
            .collect(Collectors.joining(", "));
    String forward =
        "def forward(self, %s) -> Tensor:\n    return self.%s(%s)\n"
            .formatted(names.replaceAll("x\\d+", "$0: Tensor"), function, arguments);
    String source = Script.source(beside, resource) + "\n\n" + forward;
    return new RecordedFunction(Script.compiled(source), tensors);
  }

  private static String literal(Object constant) {
    return switch (constant) {
      case Long number -> number.toString();
      case Double number -> number.toString();
      case Boolean flag -> flag ? "True" : "False";
      default -> throw new IllegalArgumentException("no constant of a script: " + constant);
    };
  }

  /** The result belongs to the manager of the first tensor and to the innermost open scope. */
  public NDArray apply(NDArray... given) {
    if (given.length != tensors) {
      throw new IllegalArgumentException(
          "a function of %d tensors was given %d".formatted(tensors, given.length));
    }
    Script.asWritten();
    return IValueUtils.forward((PtSymbolBlock) model.getBlock(), new NDList(given), true)
        .singletonOrThrow();
  }
}
