package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.trainer.answer.ImageFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.data.Preprocessing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a model's tower makes of the evaluator's images. Questions about one image come apart from
 * each other, so the latest results are kept, up to a number of bytes.
 */
final class Pictures {

  private static final long MAX_KEPT_BYTES = 256L << 20;

  private final Preprocessing preprocessing;
  private final UnaryOperator<NDArray> tower;
  private final LinkedHashMap<String, float[]> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;
  private long[] shapeOfOne = {};

  /**
   * Starts with nothing kept.
   *
   * @param tower from normalised pixels (batch, 3, side, side) to (batch, ...)
   */
  Pictures(Preprocessing preprocessing, UnaryOperator<NDArray> tower) {
    this.preprocessing = preprocessing;
    this.tower = tower;
  }

  /**
   * One row per image, (images, ...), for the caller's scope.
   *
   * @throws TrainerException code 2 if an image cannot be decoded
   */
  NDArray of(List<ImageFile> images, NDManager manager) {
    Map<String, ImageFile> missing = new LinkedHashMap<>();
    Map<String, float[]> rows = new LinkedHashMap<>();
    for (ImageFile image : images) {
      float[] known = kept.get(image.sha256());
      if (known == null) {
        missing.put(image.sha256(), image);
      } else {
        rows.put(image.sha256(), known);
      }
    }
    if (!missing.isEmpty()) {
      compute(List.copyOf(missing.values()), manager, rows);
    }
    return stack(images, rows, manager);
  }

  private void compute(List<ImageFile> images, NDManager manager, Map<String, float[]> rows) {
    int size = 3 * preprocessing.side() * preprocessing.side();
    float[] pixels = new float[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      decode(images.get(i), pixels, i * size);
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Shape input = new Shape(images.size(), 3, preprocessing.side(), preprocessing.side());
      NDArray seen = tower.apply(manager.create(pixels, input));
      shapeOfOne = seen.getShape().slice(1).getShape();
      float[] values = seen.toFloatArray();
      int each = values.length / images.size();
      for (int i = 0; i < images.size(); i++) {
        float[] row = Arrays.copyOfRange(values, i * each, (i + 1) * each);
        rows.put(images.get(i).sha256(), row);
        keep(images.get(i).sha256(), row);
      }
    }
  }

  private void decode(ImageFile image, float[] pixels, int offset) {
    try {
      preprocessing.write(ImageDecoder.decode(image.sha256(), image.data()), pixels, offset);
    } catch (UnreadableImageException e) {
      throw TrainerException.invalid("the evaluator sent an unreadable " + e.getMessage(), e);
    }
  }

  private void keep(String sha256, float[] row) {
    kept.put(sha256, row);
    keptBytes += (long) row.length * Float.BYTES;
    while (keptBytes > MAX_KEPT_BYTES) {
      Map.Entry<String, float[]> oldest = kept.pollFirstEntry();
      keptBytes -= (long) oldest.getValue().length * Float.BYTES;
    }
  }

  private NDArray stack(List<ImageFile> images, Map<String, float[]> rows, NDManager manager) {
    List<float[]> ordered = new ArrayList<>();
    for (ImageFile image : images) {
      ordered.add(rows.get(image.sha256()));
    }
    int each = ordered.getFirst().length;
    float[] values = new float[images.size() * each];
    for (int i = 0; i < ordered.size(); i++) {
      System.arraycopy(ordered.get(i), 0, values, i * each, each);
    }
    long[] shape = new long[shapeOfOne.length + 1];
    shape[0] = images.size();
    System.arraycopy(shapeOfOne, 0, shape, 1, shapeOfOne.length);
    return manager.create(values, new Shape(shape));
  }
}
