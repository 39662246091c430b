package dev.xfolds.trainer.data;

/**
 * SplitMix64: the same numbers on every machine and JDK. Source: Steele et al. 2014,
 * doi:10.1145/2660193.2660195.
 */
final class SplitMix {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private SplitMix(long state) {
    this.state = state;
  }

  /** A generator that depends on all of the values and on their order. */
  static SplitMix of(long... values) {
    long state = 0;
    for (long value : values) {
      state = mix(state + GAMMA + value);
    }
    return new SplitMix(state);
  }

  long next() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in 0 to bound - 1; the bias of at most bound / 2^63 is left. */
  int below(int bound) {
    return (int) Math.floorMod(next() >>> 1, (long) bound);
  }

  /** Permutes in place. */
  void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
