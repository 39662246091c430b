package dev.xfolds.datasets;

/** An image that cannot be used; the message names the image and says why. */
public final class UnreadableImageException extends RuntimeException {

  private final String image;
  private final String reason;

  public UnreadableImageException(String image, String reason) {
    super("image " + image + ": " + reason);
    this.image = image;
    this.reason = reason;
  }

  /** Name of the image within its data set. */
  public String image() {
    return image;
  }

  /** The message without the image's name. */
  public String reason() {
    return reason;
  }
}
