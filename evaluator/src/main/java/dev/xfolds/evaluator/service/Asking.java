package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.AnswerType;
import dev.xfolds.contract.v1.Choices;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.Image;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.evaluator.store.AnswerLog;
import dev.xfolds.evaluator.store.StoredAnswer;
import dev.xfolds.evaluator.store.Variant;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Asks the unanswered questions of one stream in the order of their ids, as credits allow, and
 * stores the answers. Images and choices are sent once; one encoded image at a time is in memory
 * here.
 */
final class Asking {

  static final int MAX_CREDIT = 4096;
  static final int MAX_TEXT = 4096;

  private final StreamObserver<EvaluateResponse> client;
  private final Questionnaire questionnaire;
  private final AnswerLog log;
  private final List<Integer> toAsk = new ArrayList<>();
  private final BitSet asked = new BitSet();
  private final BitSet answered = new BitSet();
  private final Set<ByteString> sentImages = new HashSet<>();
  private final Map<ByteString, ByteString> blankOf = new HashMap<>();
  private final Map<List<String>, ByteString> sentChoices = new HashMap<>();
  private int next;
  private long credits;

  Asking(StreamObserver<EvaluateResponse> client, Questionnaire questionnaire, AnswerLog log) {
    this.client = client;
    this.questionnaire = questionnaire;
    this.log = log;
    for (int id = 0; id < questionnaire.total(); id++) {
      Questionnaire.Entry entry = questionnaire.entry(id);
      if (log.has(entry.item().id(), entry.variant())) {
        answered.set(id);
      } else {
        toAsk.add(id);
      }
    }
  }

  int unanswered() {
    return questionnaire.total() - answered.cardinality();
  }

  boolean canAsk() {
    return credits > 0 && next < toAsk.size();
  }

  /** Sends the next question, before it its image and choices if they are new to this stream. */
  void askNext() {
    int id = toAsk.get(next);
    Questionnaire.Entry entry = questionnaire.entry(id);
    ByteString image = sendImage(entry);
    ByteString choices = sendChoices(entry.item().choices());
    client.onNext(
        EvaluateResponse.newBuilder()
            .setQuestion(
                Question.newBuilder()
                    .setId(id)
                    .setImageSha256(image)
                    .setText(entry.item().text())
                    .setChoicesDigest(choices))
            .build());
    asked.set(id);
    next++;
    credits--;
  }

  /**
   * Takes a message of the client.
   *
   * @throws StreamEnd if it is not one that may come now; what was stored before stays
   */
  void accept(EvaluateRequest message) {
    switch (message.getMessageCase()) {
      case CREDIT -> grant(message.getCredit().getQuestions());
      case ANSWER -> store(message.getAnswer());
      case HELLO, FINGERPRINTS, FINGERPRINTS_END, MESSAGE_NOT_SET ->
          throw StreamEnd.invalid(
              "after the Session come Credit and Answer, was " + EvaluationSession.name(message));
    }
  }

  private void grant(int questions) {
    if (questions < 1 || credits + questions > MAX_CREDIT) {
      throw StreamEnd.invalid(
          "Credit.questions must be at least 1 and at most %d with the %d outstanding, was %d"
              .formatted(MAX_CREDIT, credits, questions));
    }
    credits += questions;
  }

  private void store(Answer answer) {
    int id = answer.getId();
    if (id < 0 || id >= questionnaire.total()) {
      throw StreamEnd.invalid("Answer.id " + id + " is no question of this evaluation");
    }
    if (answered.get(id)) {
      throw StreamEnd.invalid("question " + id + " is answered already");
    }
    if (!asked.get(id)) {
      throw StreamEnd.invalid("question " + id + " was not asked on this stream");
    }
    Questionnaire.Entry entry = questionnaire.entry(id);
    log.append(stored(answer, entry));
    answered.set(id);
  }

  private static StoredAnswer stored(Answer answer, Questionnaire.Entry entry) {
    String text = answer.getText();
    if (text.codePointCount(0, text.length()) > MAX_TEXT) {
      throw StreamEnd.invalid(
          "Answer.text of question %d must have at most %d characters, had %d"
              .formatted(answer.getId(), MAX_TEXT, text.codePointCount(0, text.length())));
    }
    int choices = entry.item().choices().size();
    if (choices > 0 && (answer.getChoice() < 0 || answer.getChoice() >= choices)) {
      throw StreamEnd.invalid(
          "Answer.choice of question %d must be in 0..%d, was %d"
              .formatted(answer.getId(), choices - 1, answer.getChoice()));
    }
    boolean sure = answer.hasConfidence();
    if (sure && !(answer.getConfidence() >= 0 && answer.getConfidence() <= 1)) {
      throw StreamEnd.invalid(
          "Answer.confidence of question %d must be in 0..1, was %s"
              .formatted(answer.getId(), answer.getConfidence()));
    }
    if (!(answer.getLatencySeconds() >= 0 && Float.isFinite(answer.getLatencySeconds()))) {
      throw StreamEnd.invalid(
          "Answer.latency_seconds of question %d must be 0 or more, was %s"
              .formatted(answer.getId(), answer.getLatencySeconds()));
    }
    AnswerType type = answer.getPredictedType();
    boolean typed = type == AnswerType.OPEN || type == AnswerType.CLOSED;
    return new StoredAnswer(
        entry.item().id(),
        entry.variant(),
        text,
        choices > 0 ? answer.getChoice() : null,
        typed ? type.name() : null,
        sure ? answer.getConfidence() : null,
        answer.getLatencySeconds());
  }

  private ByteString sendImage(Questionnaire.Entry entry) {
    ByteString real = entry.pictured().imageSha256();
    ByteString known = entry.variant() == Variant.BLANK ? blankOf.get(real) : real;
    if (known != null && sentImages.contains(known)) {
      return known;
    }
    Pictures.Picture picture = Pictures.of(entry);
    if (entry.variant() == Variant.BLANK) {
      blankOf.put(real, picture.sha256());
    } else if (!picture.sha256().equals(real)) {
      throw new IllegalStateException(
          "image " + entry.pictured().image().name() + " changed since the evaluator started");
    }
    if (sentImages.add(picture.sha256())) {
      client.onNext(
          EvaluateResponse.newBuilder()
              .setImage(Image.newBuilder().setSha256(picture.sha256()).setData(picture.data()))
              .build());
    }
    return picture.sha256();
  }

  private ByteString sendChoices(List<String> texts) {
    if (texts.isEmpty()) {
      return ByteString.EMPTY;
    }
    return sentChoices.computeIfAbsent(
        texts,
        unsent -> {
          ByteString digest =
              Pictures.sha256(String.join("\0", unsent).getBytes(StandardCharsets.UTF_8));
          client.onNext(
              EvaluateResponse.newBuilder()
                  .setChoices(Choices.newBuilder().setDigest(digest).addAllTexts(unsent))
                  .build());
          return digest;
        });
  }
}
