package dev.xfolds.datasets;

/** An image that cannot be used; the message names the image and says why. */
public final class UnreadableImageException extends RuntimeException {

  private final String image;

  public UnreadableImageException(String image, String reason) {
    super("image " + image + ": " + reason);
    this.image = image;
  }

  /** Name of the image within its data set. */
  public String image() {
    return image;
  }
}
