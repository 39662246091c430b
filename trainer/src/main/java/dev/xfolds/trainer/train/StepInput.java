package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.trainer.data.Batch;
import java.nio.FloatBuffer;
import java.util.Arrays;

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

  /** The samples of part {@code part} of {@code parts} equal ones. */
  int[] samples(int part, int parts) {
    int size = size() / parts;
    return Arrays.copyOfRange(batch.samples(), part * size, (part + 1) * size);
  }

  /** The images of those samples, (samples, image shape). */
  NDArray images(int part, int parts) {
    int size = size() / parts;
    int floats = batch.images().length / size();
    long[] shape = new long[imageShape.length + 1];
    shape[0] = size;
    System.arraycopy(imageShape, 0, shape, 1, imageShape.length);
    FloatBuffer values = FloatBuffer.wrap(batch.images(), part * size * floats, size * floats);
    return manager.create(values.slice(), new Shape(shape));
  }
}
