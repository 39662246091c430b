package dev.xfolds.datasets.fingerprint;

/**
 * Hashes of one image.
 *
 * @param sha256 of the encoded file, lower-case hex: equal for the same file
 * @param perceptual 64-bit difference hash of the pixels: few bits differ after scaling or encoding
 *     again, see {@link #distance}
 */
public record ImageHashes(String sha256, long perceptual) {

  /** Number of different bits of the perceptual hashes, 0..64. */
  public int distance(ImageHashes other) {
    return Long.bitCount(perceptual ^ other.perceptual);
  }
}
