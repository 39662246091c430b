package dev.xfolds.trainer.answer;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Choices;
import dev.xfolds.contract.v1.Image;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.trainer.config.TrainerException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Questions of one stream that wait for their answers, with what they refer to. Its methods that
 * add throw a TrainerException with code 10 if the server breaks the protocol.
 */
final class QuestionQueue implements AutoCloseable {

  private final ImageCache images;
  private final Map<ByteString, List<String>> choices = new HashMap<>();
  private final Set<Integer> ids = new HashSet<>();
  private final ArrayDeque<Question> waiting = new ArrayDeque<>();

  /**
   * @param imageBytes how much of the images may be held in memory
   */
  QuestionQueue(long imageBytes) {
    this.images = new ImageCache(imageBytes);
    choices.put(ByteString.EMPTY, List.of());
  }

  void add(Image image) {
    ByteString digest = sha256(image.getData());
    if (!digest.equals(image.getSha256())) {
      throw violation(
          "an image must have the sha-256 %s, had %s"
              .formatted(hex(image.getSha256()), hex(digest)));
    }
    if (images.has(digest)) {
      throw violation("image " + hex(digest) + " was sent twice on one stream");
    }
    images.add(digest, image.getData());
  }

  void add(Choices sent) {
    if (choices.putIfAbsent(sent.getDigest(), List.copyOf(sent.getTextsList())) != null) {
      throw violation("choices " + hex(sent.getDigest()) + " were sent twice on one stream");
    }
  }

  void add(Question question) {
    int id = question.getId();
    if (!images.has(question.getImageSha256())) {
      throw violation(
          "question %d is about image %s, which was not sent"
              .formatted(id, hex(question.getImageSha256())));
    }
    if (!choices.containsKey(question.getChoicesDigest())) {
      throw violation(
          "question %d has choices %s, which were not sent"
              .formatted(id, hex(question.getChoicesDigest())));
    }
    if (!ids.add(id)) {
      throw violation("question " + id + " was asked twice on one stream");
    }
    waiting.add(question);
  }

  int size() {
    return waiting.size();
  }

  /** Takes the oldest questions out. */
  List<Question> take(int count) {
    List<Question> taken = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      taken.add(waiting.remove());
    }
    return taken;
  }

  /** Questions as a model gets them; each image is one object. */
  List<Asked> asked(List<Question> questions) {
    Map<ByteString, ImageFile> loaded = new HashMap<>();
    List<Asked> asked = new ArrayList<>(questions.size());
    for (Question question : questions) {
      ImageFile image = loaded.computeIfAbsent(question.getImageSha256(), images::get);
      asked.add(new Asked(question.getText(), choices(question), image));
    }
    return asked;
  }

  List<String> choices(Question question) {
    return choices.get(question.getChoicesDigest());
  }

  static TrainerException violation(String what) {
    return TrainerException.retry("the evaluator broke the protocol: " + what);
  }

  private static ByteString sha256(ByteString data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(data.asReadOnlyByteBuffer());
      return ByteString.copyFrom(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String hex(ByteString digest) {
    return HexFormat.of().formatHex(digest.toByteArray());
  }

  @Override
  public void close() {
    images.close();
  }
}
