package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.atomic.AtomicLong;

/**
 * While open, what the calling thread computes from trained parameters is recorded for {@link
 * #backward}; outside, nothing is. Gradients add up in the parameters until {@link
 * ParameterSet#zeroGradients}. In place of DJL's GradientCollector, of which a process has one.
 *
 * <p>Everything computed belongs into an {@link ai.djl.ndarray.NDScope} around this, because
 * results attach to the manager of the first operand, often that of the parameters:
 *
 * <pre>{@code
 * try (NDScope scope = new NDScope(); Autograd recording = new Autograd()) {
 *   NDArray loss = model.loss(...);
 *   value = loss.getFloat();
 *   recording.backward(loss);
 * }
 * optimizer.step(rate, 1);
 * }</pre>
 */
public final class Autograd implements AutoCloseable {

  private static final AtomicLong BACKWARD_NANOS = new AtomicLong();

  private final boolean before;

  public Autograd() {
    before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
  }

  /**
   * Makes the calling thread one that records nothing outside of an Autograd. Libtorch records on
   * every thread but the one that loaded it.
   */
  public static void recordNothing() {
    JniUtils.setGradMode(false);
  }

  /** Adds the gradients of a scalar to those of every trained parameter it was computed from. */
  public void backward(NDArray loss) {
    long started = System.nanoTime();
    try (NDArray one = loss.onesLike()) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
    } finally {
      BACKWARD_NANOS.addAndGet(System.nanoTime() - started);
    }
  }

  /** How long all calls of {@link #backward} in this process have taken together. */
  public static double backwardSeconds() {
    return BACKWARD_NANOS.get() / 1e9;
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
