package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.data.Batch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch on its way into the model.
 *
 * @param imageShape of one image's tensor
 * @param manager for the arrays made of it; the caller's scope closes them
 */
@SuppressWarnings("ArrayRecordComponent") // lives as long as a step, never compared
record StepInput(Encoded data, Batch batch, long[] imageShape, NDManager manager) {

  int size() {
    return batch.samples().length;
  }

  /** The batch in parts of at most {@code size} samples. */
  List<Range> parts(int size) {
    List<Range> parts = new ArrayList<>();
    for (int from = 0; from < size(); from += size) {
      parts.add(new Range(from, Math.min(from + size, size())));
    }
    return parts;
  }

  Range whole() {
    return new Range(0, size());
  }

  /** Samples of a batch that pass through the model together. */
  record Range(int from, int to) {}

  int[] samples(Range range) {
    return Arrays.copyOfRange(batch.samples(), range.from(), range.to());
  }

  /** The images of those samples, (samples, image shape). */
  NDArray images(Range range) {
    int floats = batch.images().length / size();
    int samples = range.to() - range.from();
    long[] shape = new long[imageShape.length + 1];
    shape[0] = samples;
    System.arraycopy(imageShape, 0, shape, 1, imageShape.length);
    FloatBuffer values = FloatBuffer.wrap(batch.images(), range.from() * floats, samples * floats);
    return manager.create(values.slice(), new Shape(shape));
  }
}
