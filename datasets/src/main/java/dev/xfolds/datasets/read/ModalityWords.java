package dev.xfolds.datasets.read;

import dev.xfolds.datasets.VqaItem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Imaging modalities in words. Where a data set has no modality field, an image's modality is what
 * its questions take for granted ("what is abnormal in the ct scan?"), what a question about the
 * modality is answered with, and what a yes confirms; a no and a negated question say nothing. Two
 * words that contradict each other leave it unknown.
 */
final class ModalityWords {

  private static final Pattern WORD = Pattern.compile("x[\\s-]?rays?|[a-z0-9]+");

  private static final Pattern SAYS_NOTHING = Pattern.compile("\\b(not|non|can|could|should)\\b");

  private static final Map<String, String> MODALITIES = modalities();

  private ModalityWords() {}

  private static Map<String, String> modalities() {
    Map<String, List<String>> words =
        Map.of(
            "ct", List.of("ct", "cta"),
            "mr",
                List.of(
                    "mr",
                    "mri",
                    "mra",
                    "t1",
                    "t2",
                    "t1w",
                    "t2w",
                    "flair",
                    "dwi",
                    "adc",
                    "stir",
                    "fiesta",
                    "pdw",
                    "gadolinium",
                    "gd"),
            "xray", List.of("xray", "xrays", "xr", "cxr", "radiograph", "radiographs", "kub"),
            "us", List.of("us", "ultrasound", "sonogram", "doppler"),
            "mg", List.of("mammograph", "mammogram", "mammography"),
            "xa", List.of("angiogram", "venogram"),
            "rf", List.of("barium", "bas", "ugi", "sbft"),
            "nm", List.of("nm", "nuclear"),
            "pet", List.of("pet"));
    Map<String, String> byWord = new HashMap<>();
    words.forEach((modality, all) -> all.forEach(word -> byWord.put(word, modality)));
    return Map.copyOf(byWord);
  }

  /**
   * The one modality that a text names: "ct", "mr", "xray", "us", "mg", "xa", "rf", "nm" or "pet".
   */
  static Optional<String> in(String text) {
    Set<String> named = new HashSet<>();
    Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (words.find()) {
      String word =
          words.group().startsWith("x") ? words.group().replaceAll("[\\s-]", "") : words.group();
      String modality = MODALITIES.get(word);
      if (modality != null) {
        named.add(modality);
      }
    }
    return named.size() == 1 ? Optional.of(named.iterator().next()) : Optional.empty();
  }

  /**
   * Items with the modality that is known of their image.
   *
   * @param asksModality whether the answer to a question names the modality
   */
  static List<VqaItem> annotate(List<VqaItem> items, Predicate<VqaItem> asksModality) {
    Map<String, Set<String>> byImage = new HashMap<>();
    for (VqaItem item : items) {
      said(item, asksModality.test(item))
          .ifPresent(
              m -> byImage.computeIfAbsent(item.image().name(), name -> new HashSet<>()).add(m));
    }
    return items.stream()
        .map(
            item -> {
              Set<String> known = byImage.getOrDefault(item.image().name(), Set.of());
              return known.size() == 1 ? withModality(item, known.iterator().next()) : item;
            })
        .toList();
  }

  private static Optional<String> said(VqaItem item, boolean asksModality) {
    String question = item.question().toLowerCase(Locale.ROOT);
    String answer = item.answers().getFirst().toLowerCase(Locale.ROOT);
    if (answer.equals("no") || SAYS_NOTHING.matcher(question).find()) {
      return Optional.empty();
    }
    Optional<String> answered = asksModality ? in(answer) : Optional.empty();
    return answered.isPresent() ? answered : in(question);
  }

  private static VqaItem withModality(VqaItem item, String modality) {
    return new VqaItem(
        item.id(),
        item.image(),
        item.question(),
        item.answers(),
        item.answerType(),
        item.questionType(),
        item.organ(),
        modality,
        item.phraseType());
  }
}
