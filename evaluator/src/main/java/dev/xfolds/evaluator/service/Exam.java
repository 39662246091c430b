package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.evaluator.audit.TestFingerprints;
import dev.xfolds.evaluator.store.Variant;
import java.util.List;

/**
 * A task with its data in memory, images apart, ready to be asked. It holds no answer key: that is
 * the {@link Scorer}'s.
 *
 * @param task name@version
 * @param questionsDigest of all that is asked
 * @param protocols known ones, the default first
 * @param variants REAL and the task's controls
 */
record Exam(
    String task,
    TaskKind kind,
    String dataDigest,
    String questionsDigest,
    List<String> protocols,
    String origin,
    String licence,
    List<Item> items,
    List<Variant> variants,
    TestFingerprints fingerprints,
    Scorer scorer) {

  /**
   * One question.
   *
   * @param imageSha256 of the encoded image
   * @param text empty for retrieval
   * @param choices empty for questions with a free answer
   */
  record Item(
      String id, ImageSource image, ByteString imageSha256, String text, List<String> choices) {
    Item {
      choices = List.copyOf(choices);
    }
  }

  Exam {
    protocols = List.copyOf(protocols);
    items = List.copyOf(items);
    variants = List.copyOf(variants);
  }
}
