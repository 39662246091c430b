package dev.xfolds.evaluator.task;

import dev.xfolds.datasets.VqaItem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** SHA-256 over texts and files, each preceded by its length in four bytes. */
final class DataDigest {

  private final MessageDigest digest;

  private DataDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String questions(List<TaskItem> items, List<VqaItem> training) {
    var digest = new DataDigest();
    if (!items.isEmpty()) {
      digest.addAll(items.getFirst().choices());
    }
    for (TaskItem item : items) {
      digest.add(item.id());
      digest.add(item.imageKey());
      digest.add(item.question());
      digest.addAll(item.answers());
      digest.add(item.answerType().map(Enum::name).orElse(""));
      digest.add(item.questionType());
      digest.add(item.organ());
      digest.add(item.phraseType());
    }
    for (VqaItem item : training) {
      digest.add(item.image().name());
      digest.add(item.question());
      digest.addAll(item.answers());
      digest.add(item.answerType().name());
      digest.add(item.questionType());
    }
    return digest.hex();
  }

  static String images(List<TaskItem> items) {
    var digest = new DataDigest();
    Set<String> seen = new HashSet<>();
    for (TaskItem item : items) {
      if (seen.add(item.imageKey())) {
        digest.add(item.image().bytes());
      }
    }
    return digest.hex();
  }

  private void addAll(List<String> texts) {
    add(Integer.toString(texts.size()));
    texts.forEach(this::add);
  }

  private void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
