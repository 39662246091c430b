package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;

/**
 * Elements of a weight, in row-major order, that one process moves.
 *
 * @param from the first of them
 * @param to behind the last of them
 * @param at where they begin in the memory that has their gradients; 0 of a whole weight
 */
record Piece(Parameter weight, long from, long to, long at) {

  static Piece whole(Parameter weight) {
    return new Piece(weight, 0, weight.size(), 0);
  }

  boolean isWhole() {
    return from == 0 && to == weight.size();
  }

  /** The weight's own, or one axis. */
  Shape shape() {
    return isWhole() ? weight.shape() : new Shape(to - from);
  }

  /** The live values, of {@link #shape}; the caller's scope closes a part of them. */
  NDArray array() {
    return isWhole() ? weight.array() : Ops.stretch(weight.array(), from, to);
  }
}
