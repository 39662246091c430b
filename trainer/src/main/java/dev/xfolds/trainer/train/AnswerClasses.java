package dev.xfolds.trainer.train;

import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answers that a classifier chooses among: those of the training questions, most frequent
 * first, in lower case with single blanks. answers.txt holds one a line.
 */
final class AnswerClasses {

  private static final int MAX_FILE_BYTES = 16 << 20;

  private final List<String> texts;
  private final Map<String, Integer> numbers = new HashMap<>();

  private AnswerClasses(List<String> texts) {
    this.texts = List.copyOf(texts);
    for (String text : texts) {
      numbers.put(text, numbers.size());
    }
  }

  /**
   * Counts the answers and keeps the most frequent; of equally frequent ones those that come first
   * in the alphabet.
   *
   * @param answers of each training question
   */
  static AnswerClasses learn(Collection<List<String>> answers, int maximum) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> right : answers) {
      right.stream()
          .map(AnswerClasses::normalize)
          .filter(text -> !text.isEmpty())
          .distinct()
          .forEach(text -> counts.merge(text, 1, Integer::sum));
    }
    return new AnswerClasses(
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(maximum)
            .map(Map.Entry::getKey)
            .toList());
  }

  /**
   * Reads answers.txt.
   *
   * @throws TrainerException code 2 if it is no list of distinct answers
   */
  static AnswerClasses read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw TrainerException.invalid(
            "%s must have at most %,d bytes, has more".formatted(file, MAX_FILE_BYTES));
      }
      AnswerClasses classes =
          new AnswerClasses(new String(bytes, StandardCharsets.UTF_8).lines().toList());
      if (classes.texts.isEmpty() || classes.numbers.size() != classes.texts.size()) {
        throw TrainerException.invalid(
            "%s must hold distinct answers, one a line, holds %d lines with %d different ones"
                .formatted(file, classes.texts.size(), classes.numbers.size()));
      }
      return classes;
    } catch (IOException e) {
      throw TrainerException.invalid(file + " cannot be read: " + e, e);
    }
  }

  byte[] toBytes() {
    return (String.join("\n", texts) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static String normalize(String answer) {
    return answer.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  int size() {
    return texts.size();
  }

  String text(int number) {
    return texts.get(number);
  }

  /** The classes among some answers, in their order. */
  int[] of(List<String> answers) {
    return answers.stream()
        .map(answer -> numbers.get(normalize(answer)))
        .filter(number -> number != null)
        .mapToInt(Integer::intValue)
        .distinct()
        .toArray();
  }
}
