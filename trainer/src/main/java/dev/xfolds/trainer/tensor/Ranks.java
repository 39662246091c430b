package dev.xfolds.trainer.tensor;

/**
 * The processes that pass parts of one batch through copies of one model, as a layer sees them
 * whose result depends on the whole batch. All ranks call the same in the same order.
 */
public interface Ranks {

  /** A process that has the whole batch. */
  Ranks ONE =
      new Ranks() {
        @Override
        public int size() {
          return 1;
        }

        @Override
        public int rank() {
          return 0;
        }

        @Override
        public float[] gather(float[] own) {
          return own.clone();
        }

        @Override
        public float[] sum(float[] values) {
          return values.clone();
        }
      };

  int size();

  /** From 0. */
  int rank();

  /** What each rank gave, one after the other; each gives as many. */
  float[] gather(float[] own);

  /** Element-wise, of all ranks; the same bits on each. */
  float[] sum(float[] values);
}
