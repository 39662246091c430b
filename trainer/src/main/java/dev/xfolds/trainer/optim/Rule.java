package dev.xfolds.trainer.optim;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;
import java.util.function.UnaryOperator;

/** How weights move along their gradients, all at once. */
sealed interface Rule permits AdamRule, AdamaxRule, EightBitAdamRule, SgdRule {

  /**
   * What is remembered of each weight.
   *
   * @param prefix of its name in the file: PREFIX.WEIGHT
   * @param shape of it, from that of the weight
   * @param elements of the weight that share one of its own
   */
  record Memory(String prefix, DataType type, UnaryOperator<Shape> shape, int elements) {
    static Memory like(String prefix) {
      return new Memory(prefix, DataType.FLOAT32, UnaryOperator.identity(), 1);
    }
  }

  /**
   * One step.
   *
   * @param rate the learning rate
   * @param number from 1
   * @param numbers the same as a float32 scalar for each weight
   */
  record Step(double rate, long number, TensorList numbers) {
    /** 1 - beta^number, by which a moment that began at zero is too small. */
    double correction(double beta) {
      return 1 - Math.pow(beta, (double) number);
    }
  }

  /** Zeros at the start. */
  List<Memory> memories();

  /**
   * Moves the weights, in place.
   *
   * @param memories in the order of {@link #memories}, each with one tensor a weight
   */
  void move(TensorList weights, TensorList gradients, List<TensorList> memories, Step step);

  /** That a number is at least 0 and below 1. */
  static void checkBelowOne(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be at least 0 and below 1, was " + value);
    }
  }

  /** That a number is at least 0. */
  static void checkNotNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must be at least 0, was " + value);
    }
  }
}
