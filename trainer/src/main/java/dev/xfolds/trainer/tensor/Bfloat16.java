package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of activations in bfloat16 and weights in float32, which DJL has no names for: it calls
 * the type of such an array unknown, and ends the process when it is asked to convert to it.
 */
final class Bfloat16 {

  private record Form(int stride, int padding) {}

  private static final RecordedFunction LOW = of("low", 1);
  private static final RecordedFunction HIGH = of("high", 1);
  private static final RecordedFunction LINEAR = of("linear", 2);
  private static final RecordedFunction LINEAR_WITH_BIAS = of("linearWithBias", 3);
  private static final RecordedFunction SOFTMAX = of("softmax", 1);
  private static final Map<Form, RecordedFunction> CONVOLUTIONS = new ConcurrentHashMap<>();

  private Bfloat16() {}

  private static RecordedFunction of(String function, int tensors, Object... constants) {
    return RecordedFunction.of(
        Bfloat16.class, "bfloat16.torchscript", function, tensors, constants);
  }

  /** Whether an array is of this type; the only one here that DJL does not know. */
  static boolean is(NDArray x) {
    return x.getDataType() == DataType.UNKNOWN;
  }

  /** Rounds float32 to the nearest. */
  static NDArray round(NDArray x) {
    return LOW.apply(x);
  }

  /** The same numbers in float32. */
  static NDArray widen(NDArray x) {
    return HIGH.apply(x);
  }

  static NDArray linear(NDArray x, NDArray weight, NDArray biasOrNull) {
    return biasOrNull == null
        ? LINEAR.apply(x, weight)
        : LINEAR_WITH_BIAS.apply(x, weight, biasOrNull);
  }

  static NDArray convolve(NDArray xBCHW, NDArray weight, int stride, int padding) {
    return CONVOLUTIONS
        .computeIfAbsent(
            new Form(stride, padding),
            form -> of("convolve", 2, (long) form.stride(), (long) form.padding()))
        .apply(xBCHW, weight);
  }

  /** Over the last axis. */
  static NDArray softmax(NDArray x) {
    return SOFTMAX.apply(x);
  }
}
