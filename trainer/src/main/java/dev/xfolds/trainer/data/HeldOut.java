package dev.xfolds.trainer.data;

import dev.xfolds.trainer.config.TrainerException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Splits by image: no image has samples on both sides. Depends on the seed and on the names of the
 * images.
 */
final class HeldOut {

  private HeldOut() {}

  /**
   * Chooses images for validation: the share of them that is asked for, at least one and not all.
   *
   * @throws TrainerException code 2 if there are fewer than two images
   */
  static Set<String> images(List<String> images, double fraction, long seed) {
    if (images.size() < 2) {
      throw TrainerException.invalid(
          "spec.validation.fraction needs at least 2 images, the data has " + images.size());
    }
    long count = Math.clamp(Math.round(images.size() * fraction), 1, images.size() - 1);
    return new HashSet<>(
        images.stream()
            .sorted(
                Comparator.comparingLong((String key) -> hash(key, seed))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(count)
            .toList());
  }

  private static long hash(String key, long seed) {
    long[] values = new long[key.length() + 1];
    values[0] = seed;
    Arrays.setAll(values, i -> i == 0 ? seed : key.charAt(i - 1));
    return SplitMix.of(values).next();
  }
}
