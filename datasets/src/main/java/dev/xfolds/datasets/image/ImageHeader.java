package dev.xfolds.datasets.image;

/**
 * What an encoded image says about itself before anything is decoded.
 *
 * @param width pixels as declared, may be 0
 * @param height pixels as declared, may be 0
 */
record ImageHeader(Format format, int width, int height) {

  enum Format {
    JPEG("jpeg"),
    PNG("png");

    private final String imageIoName;

    Format(String imageIoName) {
      this.imageIoName = imageIoName;
    }

    String imageIoName() {
      return imageIoName;
    }
  }

  /** A file whose structure is broken; the message says what was found and what was expected. */
  static final class BrokenImageException extends Exception {
    BrokenImageException(String message) {
      super(message);
    }
  }

  static ImageHeader of(byte[] file) throws BrokenImageException {
    if (file.length == 0) {
      throw new BrokenImageException("is empty, expected a JPEG or PNG file");
    }
    if (JpegStructure.startsLikeJpeg(file)) {
      return JpegStructure.header(file);
    }
    if (PngStructure.startsLikePng(file)) {
      return PngStructure.header(file);
    }
    throw new BrokenImageException("is %s, expected a JPEG or PNG file".formatted(looksLike(file)));
  }

  private static String looksLike(byte[] file) {
    if (begins(file, "GIF8")) {
      return "a GIF file";
    }
    if (begins(file, "BM")) {
      return "a BMP file";
    }
    if (begins(file, "II*\0") || begins(file, "MM\0*")) {
      return "a TIFF file";
    }
    if (begins(file, "RIFF")) {
      return "a RIFF (WebP) file";
    }
    if (file.length > 132
        && file[128] == 'D'
        && file[129] == 'I'
        && file[130] == 'C'
        && file[131] == 'M') {
      return "a DICOM file";
    }
    StringBuilder text = new StringBuilder();
    StringBuilder hex = new StringBuilder();
    boolean readable = true;
    for (int i = 0; i < Math.min(16, file.length); i++) {
      readable &= (file[i] >= 32 && file[i] < 127) || "\n\r\t".indexOf(file[i]) >= 0;
      text.append(file[i] < 32 ? ' ' : (char) file[i]);
      hex.append("%02x".formatted(file[i]));
    }
    return readable
        ? "a text file that begins with \"" + text.toString().strip() + "\""
        : "a file that begins with the bytes " + hex;
  }

  private static boolean begins(byte[] file, String magic) {
    if (file.length < magic.length()) {
      return false;
    }
    for (int i = 0; i < magic.length(); i++) {
      if (file[i] != magic.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
