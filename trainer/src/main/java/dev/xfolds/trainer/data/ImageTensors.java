package dev.xfolds.trainer.data;

/**
 * What the model sees of each image: its pixels, or features that a frozen tower computed before.
 */
public interface ImageTensors {

  /** Shape of one image's tensor, without the batch axis. */
  long[] shape();

  /**
   * Writes one image's tensor, row-major; called from several threads.
   *
   * @param image index into the run's images
   */
  void read(int image, float[] target, int offset);

  /** Number of floats of one image. */
  default int size() {
    long size = 1;
    for (long axis : shape()) {
      size *= axis;
    }
    return Math.toIntExact(size);
  }
}
