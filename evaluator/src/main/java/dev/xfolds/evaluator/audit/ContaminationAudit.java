package dev.xfolds.evaluator.audit;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.ImageFingerprint;
import dev.xfolds.contract.v1.QuestionFingerprint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts which test images and questions occur in the training data, while that data's fingerprints
 * stream past; memory grows with the test only.
 */
public final class ContaminationAudit {

  private final TestFingerprints test;
  private final Map<ByteString, Integer> imageBySha = new HashMap<>();
  private final Map<ByteString, BitSet> questionsByExact = new HashMap<>();
  private final Map<ByteString, BitSet> questionsByNormalized = new HashMap<>();
  private final BitSet exactImages = new BitSet();
  private final BitSet nearImages = new BitSet();
  private final BitSet exactQuestions = new BitSet();
  private final BitSet normalizedQuestions = new BitSet();
  private final BitSet sameImageAndQuestion = new BitSet();

  public ContaminationAudit(TestFingerprints test) {
    this.test = test;
    for (int i = 0; i < test.images().size(); i++) {
      imageBySha.put(test.images().get(i).sha256(), i);
    }
    for (int q = 0; q < test.questions().size(); q++) {
      TestFingerprints.Question question = test.questions().get(q);
      questionsByExact.computeIfAbsent(question.exact(), key -> new BitSet()).set(q);
      questionsByNormalized.computeIfAbsent(question.normalized(), key -> new BitSet()).set(q);
    }
  }

  /**
   * Compares more of the training data.
   *
   * @throws IllegalArgumentException if a digest is not 32 bytes, or an entry is neither image nor
   *     question
   */
  public void add(List<Fingerprint> entries) {
    for (Fingerprint entry : entries) {
      switch (entry.getKindCase()) {
        case IMAGE -> add(entry.getImage());
        case QUESTION -> add(entry.getQuestion());
        case KIND_NOT_SET ->
            throw new IllegalArgumentException("a fingerprint must be of an image or a question");
      }
    }
  }

  private void add(ImageFingerprint image) {
    require("image.sha256", image.getSha256());
    Integer exact = imageBySha.get(image.getSha256());
    if (exact != null) {
      exactImages.set(exact);
    }
    for (int i = nearImages.nextClearBit(0);
        i < test.images().size();
        i = nearImages.nextClearBit(i + 1)) {
      long difference = test.images().get(i).perceptual() ^ image.getPerceptual();
      if (Long.bitCount(difference) <= test.nearDistance()) {
        nearImages.set(i);
      }
    }
  }

  private void add(QuestionFingerprint question) {
    require("question.exact", question.getExact());
    require("question.normalized", question.getNormalized());
    require("question.image_sha256", question.getImageSha256());
    BitSet exact = questionsByExact.get(question.getExact());
    if (exact != null) {
      exactQuestions.or(exact);
    }
    BitSet normalized = questionsByNormalized.get(question.getNormalized());
    if (normalized != null) {
      normalizedQuestions.or(normalized);
      normalized.stream()
          .filter(q -> test.questions().get(q).imageSha256().equals(question.getImageSha256()))
          .forEach(sameImageAndQuestion::set);
    }
  }

  /**
   * The counts so far.
   *
   * @param unknown whether some weights came from data that nobody could fingerprint
   */
  public Contamination result(boolean unknown) {
    BitSet near = (BitSet) nearImages.clone();
    near.andNot(exactImages);
    BitSet normalized = (BitSet) normalizedQuestions.clone();
    normalized.andNot(exactQuestions);
    return Contamination.newBuilder()
        .setUnknown(unknown)
        .setTestImages(test.images().size())
        .setExactImages(exactImages.cardinality())
        .setNearImages(near.cardinality())
        .setTestQuestions(test.questions().size())
        .setExactQuestions(exactQuestions.cardinality())
        .setNormalizedQuestions(normalized.cardinality())
        .setSameImageAndQuestion(sameImageAndQuestion.cardinality())
        .build();
  }

  private static void require(String field, ByteString digest) {
    if (digest.size() != 32) {
      throw new IllegalArgumentException(field + " must have 32 bytes, had " + digest.size());
    }
  }
}
