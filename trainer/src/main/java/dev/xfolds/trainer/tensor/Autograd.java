package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * While open, what the calling thread computes from trained parameters is recorded for {@link
 * #backward}; outside, nothing is. Gradients add up in the parameters until {@link
 * ParameterSet#zeroGradients} or {@link ParameterSet#dropGradients}. In place of DJL's
 * GradientCollector, of which a process has one.
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

  /** The innermost of a thread that is open. */
  private static final ThreadLocal<Autograd> OPEN = new ThreadLocal<>();

  private static final RecordedFunction DETACHED =
      RecordedFunction.of(Autograd.class, "autograd.torchscript", "detached", 1);

  /** DJL's own answer is about leaves alone. */
  private static final RecordedFunction RECORDED =
      RecordedFunction.of(Autograd.class, "autograd.torchscript", "recorded", 1);

  /** What a thread's backward passes do between two pieces. */
  private static final ThreadLocal<Runnable> BETWEEN = new ThreadLocal<>();

  /** Where the record is interrupted. */
  private record Cut(NDArray source, NDArray leaf, UnaryOperator<NDArray> gradientOfSource) {}

  private final boolean before;
  private final Autograd around;
  private final Deque<Cut> cuts = new ArrayDeque<>();

  public Autograd() {
    before = JniUtils.isGradMode();
    around = OPEN.get();
    if (around == null && BETWEEN.get() != null) {
      BETWEEN.get().run();
    }
    OPEN.set(this);
    JniUtils.setGradMode(true);
  }

  /**
   * Makes the calling thread one that records nothing outside of an Autograd. Libtorch records on
   * every thread but the one that loaded it.
   */
  public static void recordNothing() {
    JniUtils.setGradMode(false);
  }

  /**
   * The same values as the start of another piece of the record. {@link #backward} goes through
   * pieces one by one, the last first, so that what it finds at a start can be changed between
   * them. Of whatever lies on both sides of a start that {@link #cutInto} makes, all must be cut.
   */
  public static NDArray cut(NDArray source) {
    return records() ? cutInto(source, detached(source), UnaryOperator.identity()) : source;
  }

  /**
   * Has something done between the pieces of the calling thread's backward passes, and between two
   * of these, until it is closed: the weights that only the pieces gone through use have their
   * gradients then.
   */
  public static Watch betweenPieces(Runnable action) {
    BETWEEN.set(action);
    return BETWEEN::remove;
  }

  /** See {@link #betweenPieces}. */
  @FunctionalInterface
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Where a piece may begin: {@link #cut} if there is something to do between pieces. */
  public static NDArray boundary(NDArray source) {
    return BETWEEN.get() != null && records() && isRecorded(source) ? cut(source) : source;
  }

  /**
   * Lets the record go on with other values than it came to, such as those of all ranks.
   *
   * @param leaf an array without a history
   * @param gradientOfSource from the gradient of the leaf; all that is recorded behind the leaf has
   *     been gone through then
   * @return the leaf
   */
  public static NDArray cutInto(
      NDArray source, NDArray leaf, UnaryOperator<NDArray> gradientOfSource) {
    if (records()) {
      leaf.setRequiresGradient(true);
      OPEN.get().cuts.push(new Cut(source, leaf, gradientOfSource));
    }
    return leaf;
  }

  /**
   * What a part makes of an array. The record keeps no more of it than both: when {@link #backward}
   * comes to it, it is computed once more. Like {@link #cut}, it interrupts the record: nothing may
   * go past it. Source: arXiv:1604.06174.
   *
   * @param part computes the same each time
   */
  public static NDArray recomputed(NDArray source, UnaryOperator<NDArray> part) {
    if (!records() || !isRecorded(source)) {
      return Scoped.result(() -> part.apply(source));
    }
    NDArray made;
    JniUtils.setGradMode(false);
    try {
      made = Scoped.result(() -> part.apply(source));
    } finally {
      JniUtils.setGradMode(true);
    }
    return cutInto(source, made, gradient -> onceMore(source, part, gradient));
  }

  /** The same memory without a history and without a gradient. */
  static NDArray detached(NDArray array) {
    return DETACHED.apply(array);
  }

  /** Whether there will be a {@link #backward} of what is computed now. */
  private static boolean records() {
    return OPEN.get() != null && JniUtils.isGradMode();
  }

  /** Whether {@link #backward} comes to an array. */
  private static boolean isRecorded(NDArray array) {
    try (NDArray answer = RECORDED.apply(array)) {
      return answer.toFloatArray()[0] > 0;
    }
  }

  private static NDArray onceMore(
      NDArray source, UnaryOperator<NDArray> part, NDArray gradientOfMade) {
    return Scoped.result(
        () -> {
          NDArray start = detached(source);
          start.setRequiresGradient(true);
          JniUtils.backward(
              (PtNDArray) part.apply(start), (PtNDArray) gradientOfMade, false, false);
          return Ops.gradient(start);
        });
  }

  /** Adds the gradients of a scalar to those of every trained parameter it was computed from. */
  public void backward(NDArray loss) {
    long started = System.nanoTime();
    Runnable between = BETWEEN.get();
    try (NDArray one = loss.onesLike()) {
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
      while (!cuts.isEmpty()) {
        if (between != null) {
          between.run();
        }
        Cut cut = cuts.pop();
        try (NDArray leaf = cut.leaf();
            NDArray found = Ops.gradient(leaf);
            NDArray gradient = cut.gradientOfSource().apply(found)) {
          JniUtils.backward((PtNDArray) cut.source(), (PtNDArray) gradient, false, false);
        }
      }
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
    OPEN.set(around);
    JniUtils.setGradMode(before);
  }
}
