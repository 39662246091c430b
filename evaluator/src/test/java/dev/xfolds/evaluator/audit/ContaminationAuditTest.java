package dev.xfolds.evaluator.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.ImageFingerprint;
import dev.xfolds.contract.v1.QuestionFingerprint;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContaminationAuditTest {

  /** Three images and three questions; questions 0 and 1 differ in case only. */
  private static final TestFingerprints TEST =
      new TestFingerprints(
          List.of(
              new TestFingerprints.Image(digest(1), 0b0000L),
              new TestFingerprints.Image(digest(2), 0xFF00L),
              new TestFingerprints.Image(digest(3), -1L)),
          List.of(
              new TestFingerprints.Question(digest(10), digest(20), digest(1)),
              new TestFingerprints.Question(digest(11), digest(20), digest(2)),
              new TestFingerprints.Question(digest(12), digest(22), digest(3))),
          4);

  private static ByteString digest(int value) {
    return ByteString.copyFrom(
        new String(new char[32]).replace('\0', (char) value),
        java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static Fingerprint image(int sha, long perceptual) {
    return Fingerprint.newBuilder()
        .setImage(ImageFingerprint.newBuilder().setSha256(digest(sha)).setPerceptual(perceptual))
        .build();
  }

  private static Fingerprint question(int exact, int normalized, int image) {
    return Fingerprint.newBuilder()
        .setQuestion(
            QuestionFingerprint.newBuilder()
                .setExact(digest(exact))
                .setNormalized(digest(normalized))
                .setImageSha256(digest(image)))
        .build();
  }

  private static Contamination audited(Fingerprint... training) {
    ContaminationAudit audit = new ContaminationAudit(TEST);
    audit.add(List.of(training));
    return audit.result(false);
  }

  @Test
  void cleanTrainingDataHasNoMatch() {
    assertThat(audited(image(99, 0x0F0F_0F0F_0F0F_0F0FL), question(98, 97, 1)))
        .isEqualTo(Contamination.newBuilder().setTestImages(3).setTestQuestions(3).build());
  }

  @Test
  void sameFileIsExactAndNotNear() {
    Contamination found = audited(image(1, 0b0000L), image(1, 0b0000L));
    assertThat(found.getExactImages()).isEqualTo(1);
    assertThat(found.getNearImages()).isZero();
  }

  @Test
  void nearImageIsWithinTheDistanceOfTheTask() {
    assertThat(audited(image(99, 0b1111L)).getNearImages()).isEqualTo(1);
    assertThat(audited(image(99, 0b11111L)).getNearImages()).isZero();
  }

  @Test
  void equalWordsAreNormalizedMatchesUnlessTheTextIsEqualToo() {
    Contamination found = audited(question(10, 20, 99));
    assertThat(found.getExactQuestions()).isEqualTo(1);
    assertThat(found.getNormalizedQuestions()).isEqualTo(1);
    assertThat(found.getSameImageAndQuestion()).isZero();
  }

  @Test
  void sameWordsAboutTheSameImageAreCounted() {
    assertThat(audited(question(99, 20, 2)).getSameImageAndQuestion()).isEqualTo(1);
  }

  @Test
  void unknownOriginIsPassedOn() {
    assertThat(new ContaminationAudit(TEST).result(true).getUnknown()).isTrue();
  }

  @Test
  void brokenEntriesAreRefused() {
    ContaminationAudit audit = new ContaminationAudit(TEST);
    assertThatThrownBy(() -> audit.add(Collections.singletonList(Fingerprint.getDefaultInstance())))
        .hasMessage("a fingerprint must be of an image or a question");
    assertThatThrownBy(
            () ->
                audit.add(
                    List.of(
                        Fingerprint.newBuilder()
                            .setQuestion(QuestionFingerprint.getDefaultInstance())
                            .build())))
        .hasMessage("question.exact must have 32 bytes, had 0");
  }
}
