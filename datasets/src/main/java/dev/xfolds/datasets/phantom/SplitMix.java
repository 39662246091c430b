package dev.xfolds.datasets.phantom;

/** SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine. */
final class SplitMix {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  SplitMix(long seed) {
    this.state = seed;
  }

  /** A stream of its own for each combination of keys. */
  static SplitMix of(long... keys) {
    long state = GAMMA;
    for (long key : keys) {
      state = mix(state + GAMMA + mix(key));
    }
    return new SplitMix(state);
  }

  long next() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, bound); the bias of the modulus is below 2^-50 for bounds used here. */
  int below(int bound) {
    return (int) Long.remainderUnsigned(next() >>> 1, bound);
  }

  /** Uniform in [0, 1). */
  double unit() {
    return (next() >>> 11) * 0x1p-53;
  }

  double between(double least, double most) {
    return least + (most - least) * unit();
  }

  /** Mean 0, deviation 1, within +-3.5: the sum of four uniform numbers, without a logarithm. */
  double bell() {
    long bits = next();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum * 0x1p-16 - 2) * 1.7320508075688772;
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
