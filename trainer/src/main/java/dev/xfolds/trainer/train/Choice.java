package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.tensor.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The best of several possible answers.
 *
 * @param share its softmax, 0 to 1
 */
record Choice(int number, double share) {

  /**
   * One choice per row, for the caller's scope.
   *
   * @param logitsBC (questions, possible answers)
   * @throws TrainerException code 2 if they are not numbers: the weights are damaged
   */
  static List<Choice> of(NDArray logitsBC) {
    NDArray sharesBC = Ops.softmax(logitsBC, 1);
    long[] best = sharesBC.argMax(1).toLongArray();
    float[] shares = sharesBC.max(new int[] {1}).toFloatArray();
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < best.length; i++) {
      if (Float.isNaN(shares[i])) {
        throw TrainerException.invalid(
            "the model's answers must be finite numbers, were NaN: its weights are damaged");
      }
      choices.add(new Choice(Math.toIntExact(best[i]), Math.min(shares[i], 1)));
    }
    return choices;
  }

  OptionalDouble confidence() {
    return OptionalDouble.of(share);
  }
}
