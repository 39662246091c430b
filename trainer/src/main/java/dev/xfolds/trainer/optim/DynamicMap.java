package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDManager;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.Arrays;
import java.util.List;

/**
 * What the codes of 8 bits stand for (arXiv:2110.02861, "dynamic tree quantization"): powers of ten
 * from 1e-6 to 1, each divided evenly, twice as often as the one below, with 0 and 1.
 */
final class DynamicMap {

  private static final int CODES = 256;
  private static final int EXPONENTS = 7;

  private DynamicMap() {}

  /** 256 values in ascending order, from -1 (signed) or 0 to 1. */
  static float[] values(boolean signed) {
    float[] values = new float[CODES];
    int next = 0;
    values[next++] = 0;
    values[next++] = 1;
    for (int exponent = 0; exponent < EXPONENTS; exponent++) {
      int parts = signed ? 1 << exponent : 2 << exponent;
      double power = Math.pow(10, exponent - EXPONENTS + 1);
      for (int part = 0; part < parts; part++) {
        float value = (float) (power * middle(part, parts));
        values[next++] = value;
        if (signed) {
          values[next++] = -value;
        }
      }
    }
    Arrays.sort(values);
    return values;
  }

  /** Of one of the equal parts between 0.1 and 1. */
  private static double middle(int part, int parts) {
    return 0.1 + 0.9 * (part + 0.5) / parts;
  }

  /** The signed map and the unsigned one, of this process. */
  static TensorList both() {
    return Both.LIST;
  }

  private static final class Both {
    private static final NDManager MANAGER = NDManager.newBaseManager();
    static final TensorList LIST =
        TensorList.of(
            List.of(MANAGER.create(values(true)), MANAGER.create(values(false))), MANAGER);
  }
}
