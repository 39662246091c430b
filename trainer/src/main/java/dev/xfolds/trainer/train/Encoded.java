package dev.xfolds.trainer.train;

import dev.xfolds.trainer.data.Sample;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a model reads of each sample beside its image.
 *
 * @param ids token ids of the text, not padded; equal texts share an array
 * @param classes of the right answers that are among the model's, in their order; none with
 *     captions
 */
@SuppressWarnings("ArrayRecordComponent") // as large as the data, never compared
record Encoded(int[][] ids, int[][] classes) {

  private static final int[] NONE = {};

  static Encoded of(
      List<Sample> samples,
      Function<String, int[]> encode,
      Function<List<String>, int[]> classesOf) {
    Map<String, int[]> known = new HashMap<>();
    int[][] ids = new int[samples.size()][];
    int[][] classes = new int[samples.size()][];
    for (int i = 0; i < ids.length; i++) {
      Sample sample = samples.get(i);
      ids[i] = known.computeIfAbsent(sample.text(), encode);
      classes[i] = classesOf.apply(sample.answers());
    }
    return new Encoded(ids, classes);
  }

  static Encoded of(List<Sample> samples, Function<String, int[]> encode) {
    return of(samples, encode, answers -> NONE);
  }

  int size() {
    return ids.length;
  }

  /** How many samples have no class: they teach a classifier nothing. */
  long withoutClass() {
    return Arrays.stream(classes).filter(right -> right.length == 0).count();
  }

  /** The texts of some samples, padded to the longest of them. */
  TokenBatch texts(int[] samples) {
    int[][] rows = new int[samples.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = ids[samples[i]];
    }
    return TokenBatch.of(rows);
  }

  /** The class that each sample is trained on, or -1 where no right answer has one. */
  long[] targets(int[] samples) {
    long[] targets = new long[samples.length];
    for (int i = 0; i < targets.length; i++) {
      int[] right = classes[samples[i]];
      targets[i] = right.length == 0 ? -1 : right[0];
    }
    return targets;
  }
}
