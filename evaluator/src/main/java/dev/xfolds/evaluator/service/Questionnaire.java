package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.evaluator.store.Variant;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The questions of an exam in the order of their ids. An id is the rank of a keyed hash of item and
 * variant, so it tells neither to anybody without the evaluation's salt, and stays the same however
 * often the stream breaks.
 */
final class Questionnaire {

  /**
   * @param pictured the item whose image is shown (before blanking): the item itself but for
   *     SHUFFLED
   */
  record Entry(Exam.Item item, Variant variant, Exam.Item pictured) {}

  private record Ranked(String rank, Entry entry) {}

  private final List<Entry> entries;

  Questionnaire(Exam exam, byte[] salt) {
    Map<ByteString, Exam.Item> shuffled = otherImages(exam);
    List<Ranked> ranked = new ArrayList<>();
    for (Variant variant : exam.variants()) {
      for (Exam.Item item : exam.items()) {
        Exam.Item pictured =
            switch (variant) {
              case REAL, BLANK -> item;
              case SHUFFLED -> shuffled.get(item.imageSha256());
            };
        if (pictured != null) {
          String rank = keyedHash(salt, variant + "/" + item.id());
          ranked.add(new Ranked(rank, new Entry(item, variant, pictured)));
        }
      }
    }
    ranked.sort(Comparator.comparing(Ranked::rank));
    this.entries = ranked.stream().map(Ranked::entry).toList();
  }

  /** Number of questions; ids are 0 until here. */
  int total() {
    return entries.size();
  }

  /** The question of an id in range. */
  Entry entry(int id) {
    return entries.get(id);
  }

  /**
   * For each image an item with another one: the images in a pseudo-random order that follows from
   * the questions' digest, each replaced by the next. All questions about one image get the same
   * other image, so image clusters stay clusters. Empty if there is only one image.
   */
  private static Map<ByteString, Exam.Item> otherImages(Exam exam) {
    Map<ByteString, Exam.Item> first = new LinkedHashMap<>();
    exam.items().forEach(item -> first.putIfAbsent(item.imageSha256(), item));
    if (first.size() < 2) {
      return Map.of();
    }
    byte[] seed = exam.questionsDigest().getBytes(StandardCharsets.UTF_8);
    record Image(String rank, Exam.Item item) {}
    List<Image> images =
        first.values().stream()
            .map(item -> new Image(keyedHash(seed, hex(item.imageSha256())), item))
            .sorted(Comparator.comparing(Image::rank))
            .toList();
    Map<ByteString, Exam.Item> other = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      Exam.Item next = images.get((i + 1) % images.size()).item();
      other.put(images.get(i).item().imageSha256(), next);
    }
    return other;
  }

  private static String hex(ByteString digest) {
    return HexFormat.of().formatHex(digest.toByteArray());
  }

  private static String keyedHash(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
