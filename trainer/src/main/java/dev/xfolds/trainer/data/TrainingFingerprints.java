package dev.xfolds.trainer.data;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.ImageFingerprint;
import dev.xfolds.contract.v1.QuestionFingerprint;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import dev.xfolds.datasets.fingerprint.QuestionHashes;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the evaluator compares a test with: hashes of images and questions, no text, no pixels. */
final class TrainingFingerprints {

  private TrainingFingerprints() {}

  /**
   * Fingerprints of images and, unless they are captions, of questions; equal ones once.
   *
   * @param hashes of the images by their keys; samples of other images are left out
   */
  static List<Fingerprint> of(List<Sample> samples, Map<String, ImageHashes> hashes) {
    Set<Fingerprint> images = new LinkedHashSet<>();
    Set<Fingerprint> questions = new LinkedHashSet<>();
    for (Sample sample : samples) {
      ImageHashes image = hashes.get(sample.imageKey());
      if (image != null) {
        images.add(image(image));
        if (!sample.answers().isEmpty()) {
          questions.add(question(Fingerprints.of(sample.text()), image));
        }
      }
    }
    images.addAll(questions);
    return List.copyOf(images);
  }

  private static Fingerprint image(ImageHashes hashes) {
    return Fingerprint.newBuilder()
        .setImage(
            ImageFingerprint.newBuilder()
                .setSha256(bytes(hashes.sha256()))
                .setPerceptual(hashes.perceptual()))
        .build();
  }

  private static Fingerprint question(QuestionHashes hashes, ImageHashes image) {
    return Fingerprint.newBuilder()
        .setQuestion(
            QuestionFingerprint.newBuilder()
                .setExact(bytes(hashes.exact()))
                .setNormalized(bytes(hashes.normalized()))
                .setImageSha256(bytes(image.sha256())))
        .build();
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
