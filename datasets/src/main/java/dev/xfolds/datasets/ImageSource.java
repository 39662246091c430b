package dev.xfolds.datasets;

/** An encoded image (JPEG or PNG) that is read when it is needed. */
public interface ImageSource {

  /** Name within its data set, unique there: the file name, or the generator's index. */
  String name();

  /**
   * The encoded file.
   *
   * @throws UnreadableImageException if the file is missing, empty, too large or unreadable
   */
  byte[] bytes();
}
