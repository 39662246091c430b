package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import dev.xfolds.datasets.fingerprint.QuestionHashes;
import dev.xfolds.evaluator.audit.TestFingerprints;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A task's images, each read once, and the fingerprints of its images and questions. */
final class TestSet {

  /** Hamming distance up to which two 64-bit difference hashes are of nearly the same picture. */
  private static final int NEAR = 4;

  private final Map<String, TestFingerprints.Image> images = new LinkedHashMap<>();
  private final List<TestFingerprints.Question> questions = new ArrayList<>();

  private TestSet() {}

  /**
   * @throws dev.xfolds.datasets.UnreadableImageException naming the first image that is broken
   */
  static TestSet read(List<TaskItem> items) {
    TestSet set = new TestSet();
    for (TaskItem item : items) {
      TestFingerprints.Image image =
          set.images.computeIfAbsent(
              item.imageKey(),
              unread -> {
                ImageHashes hashes = Fingerprints.of(item.image());
                return new TestFingerprints.Image(fromHex(hashes.sha256()), hashes.perceptual());
              });
      if (!item.question().isEmpty()) {
        set.questions.add(question(item.question(), image.sha256()));
      }
    }
    return set;
  }

  ByteString imageSha256(TaskItem item) {
    return images.get(item.imageKey()).sha256();
  }

  TestFingerprints fingerprints() {
    return new TestFingerprints(List.copyOf(images.values()), questions, NEAR);
  }

  private static TestFingerprints.Question question(String text, ByteString image) {
    QuestionHashes hashes = Fingerprints.of(text);
    return new TestFingerprints.Question(
        fromHex(hashes.exact()), fromHex(hashes.normalized()), image);
  }

  private static ByteString fromHex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
