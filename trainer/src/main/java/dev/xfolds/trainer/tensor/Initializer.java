package dev.xfolds.trainer.tensor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;

/**
 * How a tensor gets its first values. They depend on the run's seed and the tensor's name only:
 * neither on the order of parameters, nor on threads, nor on libtorch.
 */
public sealed interface Initializer {

  /** Every element alike. */
  record Constant(float value) implements Initializer {}

  /** Normal with mean 0. */
  record Normal(double standardDeviation) implements Initializer {}

  /** Uniform in [-bound, bound). */
  record Uniform(double bound) implements Initializer {}

  /** Computed values in row-major order; for tables that are never trained. */
  record Computed(Supplier<float[]> values) implements Initializer {}

  /**
   * The Euclidean norm of another tensor's first values, so that a weight-normed matrix starts as
   * that tensor itself.
   */
  record NormOf(Parameter direction) implements Initializer {}

  static Initializer zeros() {
    return new Constant(0);
  }

  static Initializer ones() {
    return new Constant(1);
  }

  /** PyTorch's default of linear layers and convolutions: uniform within 1/sqrt(inputs). */
  static Initializer fanIn(long inputs) {
    return new Uniform(1 / Math.sqrt((double) inputs));
  }

  /**
   * Draws or copies the first values.
   *
   * @param size number of elements
   * @return the first values of the tensor of that name
   */
  default float[] values(long seed, String name, long size) {
    float[] values = new float[Math.toIntExact(size)];
    switch (this) {
      case Constant(float value) -> Arrays.fill(values, value);
      case Normal(double deviation) -> {
        Random random = new Random(mix(seed, name));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (deviation * random.nextGaussian());
        }
      }
      case Uniform(double bound) -> {
        Random random = new Random(mix(seed, name));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
      }
      case Computed(Supplier<float[]> computed) -> {
        float[] given = computed.get();
        if (given.length != values.length) {
          throw new IllegalArgumentException(
              name + " has " + values.length + " elements, given were " + given.length);
        }
        System.arraycopy(given, 0, values, 0, given.length);
      }
      case NormOf(Parameter direction) -> {
        double sum = 0;
        for (float v : direction.firstValues(seed)) {
          sum += (double) v * v;
        }
        Arrays.fill(values, (float) Math.sqrt(sum));
      }
    }
    return values;
  }

  /**
   * A seed for the tensor of that name: 64-bit FNV-1a of the name, spread with the finaliser of
   * SplitMix64.
   */
  static long mix(long seed, String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    long z = hash + seed * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
