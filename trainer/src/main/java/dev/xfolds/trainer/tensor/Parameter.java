package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ParameterKind;
import java.util.Arrays;

/**
 * A named tensor of a model. It has a shape from the moment it is declared, and an array once its
 * {@link ParameterSet} is allocated: an outline of a model of any size costs no memory.
 */
public final class Parameter {

  /** What a tensor is for. */
  public enum Role {
    /** Trained unless its part is frozen; saved. */
    WEIGHT,
    /** A running statistic, float32; saved, never trained, not counted as a parameter. */
    BUFFER,
    /** A counter, int64 scalar; saved, never trained, not counted as a parameter. */
    COUNTER,
    /** Computed from sizes; neither saved nor trained nor counted. */
    TABLE
  }

  private final String name;
  private final ModelPart part;
  private final Role role;
  private final ParameterKind kind;
  private final long[] shape;
  private final Initializer initializer;
  private NDArray array;

  /** What stands for the array while a gradient of it can be let go of; null at other times. */
  private NDArray leaf;

  private boolean trained;

  Parameter(
      String name,
      ModelPart part,
      Role role,
      ParameterKind kind,
      Initializer initializer,
      long... shape) {
    this.name = name;
    this.part = part;
    this.role = role;
    this.kind = kind;
    this.shape = shape.clone();
    this.initializer = initializer;
    this.trained = role == Role.WEIGHT;
  }

  public String name() {
    return name;
  }

  public ModelPart part() {
    return part;
  }

  public Role role() {
    return role;
  }

  /** Of a weight: what a layer does with it. */
  public ParameterKind kind() {
    return kind;
  }

  public Shape shape() {
    return new Shape(shape);
  }

  /** Number of elements. */
  public long size() {
    long size = 1;
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }

  /** Whether the optimizer changes it: a weight of a part that is not frozen. */
  public boolean trained() {
    return trained;
  }

  /** Whether a checkpoint holds it. */
  public boolean saved() {
    return role != Role.TABLE;
  }

  /**
   * The live values.
   *
   * @throws IllegalStateException if only the outline of the model exists
   */
  public NDArray array() {
    if (array == null) {
      throw new IllegalStateException(name + " has no values: its ParameterSet is an outline");
    }
    return leaf == null ? array : leaf;
  }

  /**
   * Puts another array of the same shape into the place of the live one, and gives that back.
   * Whoever does so keeps both, and knows which of them is trained.
   */
  public NDArray exchange(NDArray other) {
    if (!other.getShape().equals(shape())) {
      throw new IllegalArgumentException(this + " cannot have values of " + other.getShape());
    }
    dropGradient();
    NDArray before = array();
    array = other;
    return before;
  }

  /** Whether backward has come to it since its gradient was {@link #renewGradient renewed}. */
  public boolean hasGradient() {
    try (NDArray gradient = Ops.gradient(array())) {
      return gradient != null;
    }
  }

  /**
   * Lets go of the gradient and its memory, and has the next backward pass make another. Until
   * {@link #dropGradient} the live array is another one on the same memory, which must be changed
   * in place alone: {@link NDArray#set} would give it memory of its own.
   */
  public void renewGradient() {
    dropGradient();
    leaf = Autograd.detached(array); // DJL's own shares the gradient, too
    NDScope.unregister(leaf);
    leaf.setRequiresGradient(true);
  }

  /** Lets go of the gradient and its memory. */
  void dropGradient() {
    if (leaf != null) {
      leaf.close();
      leaf = null;
    }
  }

  float[] firstValues(long seed) {
    return initializer.values(seed, name, size());
  }

  void allocate(NDManager manager, long seed) {
    if (role == Role.COUNTER) {
      array = manager.zeros(shape(), DataType.INT64);
    } else {
      array = manager.create(firstValues(seed), shape());
    }
    if (trained) {
      array.setRequiresGradient(true);
    }
  }

  void setTrained(boolean trained) {
    if (role == Role.WEIGHT && this.trained != trained) {
      this.trained = trained;
      if (array != null) {
        array.setRequiresGradient(trained);
      }
    }
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape);
  }
}
