package dev.xfolds.datasets.phantom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.VqaItem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PhantomTextTest {

  private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

  /** Answers and their share where no pixel is seen. */
  private static final Map<String, Integer> CLASSES =
      Map.of(
          "modality", 4, "plane", 3, "organ", 4, "presence", 2, "side", 2, "count", 3, "size", 2);

  @Test
  void everyTypeHasItsAnswersAndItsImages() {
    List<VqaItem> items = PhantomGenerator.questions(1, Design.CYCLE, 64, PhantomSplit.TRAIN);
    assertThat(items).hasSize(Design.CYCLE * 4 + Design.CYCLE / 2 * 3);
    assertThat(items.stream().map(VqaItem::id)).doesNotHaveDuplicates();
    CLASSES.forEach(
        (type, classes) ->
            assertThat(
                    items.stream()
                        .filter(item -> item.questionType().equals(type))
                        .flatMap(item -> item.answers().stream())
                        .distinct())
                .as(type)
                .hasSize(classes));
    assertThat(items)
        .allMatch(
            item ->
                (item.answerType() == AnswerType.CLOSED) == item.questionType().equals("presence"));
  }

  @Test
  void answersAreBalancedWhateverTheTextOrTheModality() {
    for (PhantomSplit split : PhantomSplit.values()) {
      List<VqaItem> items = PhantomGenerator.questions(42, Design.CYCLE, 64, split);
      checkBalance(items, VqaItem::question, 0);
      checkBalance(items, VqaItem::questionType, 0);
      List<VqaItem> findings =
          items.stream()
              .filter(
                  item -> Set.of("presence", "side", "count", "size").contains(item.questionType()))
              .toList();
      checkBalance(findings, item -> item.questionType() + item.modality(), 0);
      checkBalance(findings, item -> item.questionType() + item.organ(), 0);
      checkBalance(findings, item -> item.questionType() + item.organ() + item.modality(), 0);
    }
  }

  @Test
  void otherNumbersOfImagesAreBalancedWithinTwoPercent() {
    for (int images : List.of(400, 500, 1000, 4000)) {
      List<VqaItem> items = PhantomGenerator.questions(1, images, 64, PhantomSplit.TEST);
      checkBalance(items, VqaItem::questionType, 0.02);
    }
  }

  @Test
  void questionsCannotBeAnsweredWithoutPixels() {
    for (int images : List.of(384, 768, 1000)) {
      List<VqaItem> train = PhantomGenerator.questions(1, 4000, 64, PhantomSplit.TRAIN);
      List<VqaItem> test = PhantomGenerator.questions(2, images, 64, PhantomSplit.TEST);
      Map<String, String> nearest = new HashMap<>();
      CLASSES.forEach(
          (type, classes) -> {
            List<VqaItem> asked =
                test.stream().filter(item -> item.questionType().equals(type)).toList();
            double chance = 1.0 / classes;
            String most = majority(train, type);
            assertThat(share(asked, item -> most)).as(type).isCloseTo(chance, within(0.02));
            double copied =
                share(
                    asked,
                    item -> nearest.computeIfAbsent(item.question(), text -> nearest(train, text)));
            assertThat(copied).as(type).isCloseTo(chance, within(0.02));
          });
    }
  }

  @Test
  void answersAndCaptionsTellWhatIsDrawn() {
    List<PhantomImage> images = PhantomGenerator.images(6, 240, 64, PhantomSplit.TEST);
    List<CaptionItem> captions = PhantomGenerator.captions(6, 240, 64, PhantomSplit.TEST);
    Map<String, Map<String, String>> answers = new HashMap<>();
    for (VqaItem item : PhantomGenerator.questions(6, 240, 64, PhantomSplit.TEST)) {
      answers
          .computeIfAbsent(item.image().name(), name -> new HashMap<>())
          .put(item.questionType(), item.answers().getFirst());
    }
    for (int i = 0; i < images.size(); i++) {
      PhantomImage image = images.get(i);
      Set<String> caption = words(captions.get(i).caption());
      Map<String, String> expected = new HashMap<>();
      expected.put("modality", image.modality().answer());
      expected.put("plane", image.plane().answer());
      expected.put("organ", image.region().answer());
      assertThat(caption).containsAll(words(String.join(" ", expected.values())));
      if (image.lesions().isEmpty()) {
        expected.put("presence", "no");
        assertThat(caption).contains("no", "lesion").doesNotContain("left", "right");
      } else {
        expected.put("presence", "yes");
        expected.put("side", image.lesions().getFirst().x() < 32 ? "left" : "right");
        expected.put("count", Integer.toString(image.lesions().size()));
        expected.put("size", image.lesions().getFirst().radius() < 4 ? "small" : "large");
        String count = List.of("one", "two", "three").get(image.lesions().size() - 1);
        assertThat(caption).contains(count, expected.get("side"), expected.get("size"));
      }
      assertThat(answers.get(image.name())).isEqualTo(expected);
      assertThat(captions.get(i).modality()).isEqualTo(image.modality().code());
      assertThat(captions.get(i).image().name()).isEqualTo(image.name());
    }
  }

  @Test
  void documentsShowEveryImageOnceBeforeItsText() {
    List<PhantomDocument> documents = PhantomGenerator.documents(8, 100, 64, PhantomSplit.VALIDATE);
    Set<Integer> shown = new HashSet<>();
    for (PhantomDocument document : documents) {
      List<PhantomDocument.Part> parts = document.parts();
      assertThat(parts.getFirst()).isInstanceOf(PhantomDocument.Text.class);
      int affected = 0;
      for (int i = 1; i < parts.size() - 1; i += 2) {
        PhantomImage image = ((PhantomDocument.Picture) parts.get(i)).image();
        assertThat(shown.add(image.index())).isTrue();
        assertThat(parts.get(i + 1)).isEqualTo(new PhantomDocument.Text(Caption.of(image)));
        affected += image.lesions().isEmpty() ? 0 : 1;
      }
      assertThat(((PhantomDocument.Text) parts.getLast()).text())
          .isEqualTo("Of %d images, %d with lesions.".formatted(parts.size() / 2 - 1, affected));
    }
    assertThat(shown).hasSize(100);
    assertThat(documents.stream().map(PhantomDocument::id)).doesNotHaveDuplicates();
  }

  private static void checkBalance(
      List<VqaItem> items, Function<VqaItem, String> key, double tolerance) {
    Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
    for (VqaItem item : items) {
      counts
          .computeIfAbsent(key.apply(item), k -> new HashMap<>())
          .merge(item.answers().getFirst(), 1, Integer::sum);
    }
    counts.forEach(
        (group, answers) -> {
          int total = answers.values().stream().mapToInt(Integer::intValue).sum();
          answers
              .values()
              .forEach(
                  count ->
                      assertThat((double) count / total)
                          .as("%s %s", group, answers)
                          .isCloseTo(1.0 / answers.size(), within(tolerance + 1e-9)));
        });
  }

  private static String majority(List<VqaItem> train, String type) {
    Map<String, Long> counts =
        train.stream()
            .filter(item -> item.questionType().equals(type))
            .collect(
                Collectors.groupingBy(
                    item -> item.answers().getFirst(), LinkedHashMap::new, Collectors.counting()));
    return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static String nearest(List<VqaItem> train, String question) {
    Set<String> asked = words(question);
    Map<String, Double> similarities = new HashMap<>();
    double best = -1;
    String answer = "";
    for (VqaItem item : train) {
      double similarity =
          similarities.computeIfAbsent(item.question(), text -> jaccard(asked, words(text)));
      if (similarity > best) {
        best = similarity;
        answer = item.answers().getFirst();
      }
    }
    return answer;
  }

  private static double jaccard(Set<String> one, Set<String> other) {
    Set<String> both = new HashSet<>(one);
    both.retainAll(other);
    return (double) both.size() / (one.size() + other.size() - both.size());
  }

  private static Set<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  private static double share(List<VqaItem> items, Function<VqaItem, String> answer) {
    return (double)
            items.stream()
                .filter(item -> item.answers().getFirst().equals(answer.apply(item)))
                .count()
        / items.size();
  }
}
