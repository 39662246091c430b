package dev.xfolds.evaluator.audit;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a test's images and questions look like to an audit.
 *
 * @param images the distinct images
 * @param nearDistance the largest Hamming distance of two perceptual hashes that counts as near,
 *     0..64
 */
public record TestFingerprints(List<Image> images, List<Question> questions, int nearDistance) {

  /**
   * One test image.
   *
   * @param sha256 of the encoded file
   * @param perceptual 64-bit difference hash
   */
  public record Image(ByteString sha256, long perceptual) {}

  /**
   * One test question.
   *
   * @param exact sha-256 of the question's UTF-8 bytes
   * @param normalized sha-256 of the normalised question
   * @param imageSha256 of its image
   */
  public record Question(ByteString exact, ByteString normalized, ByteString imageSha256) {}

  public TestFingerprints {
    images = List.copyOf(images);
    questions = List.copyOf(questions);
    if (nearDistance < 0 || nearDistance > 64) {
      throw new IllegalArgumentException("nearDistance must be in 0..64, was " + nearDistance);
    }
  }
}
