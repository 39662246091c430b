package dev.xfolds.datasets.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.SharedFiles;
import dev.xfolds.datasets.VqaItem;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The published counts and the known traps of the real files. */
final class PublicDataIT {

  private static VqaData rad(String questions, String split) {
    return Readers.vqa(
        VqaFormat.VQA_RAD,
        Map.of(
            "questions",
            SharedFiles.data("vqa-rad/" + questions),
            "images",
            SharedFiles.data("vqa-rad/images")),
        Optional.of(split));
  }

  private static <T> Set<T> set(VqaData data, Function<VqaItem, T> key) {
    return data.items().stream().map(key).collect(Collectors.toSet());
  }

  private static Map<AnswerType, Long> answerTypes(VqaData data) {
    return data.items().stream()
        .collect(Collectors.groupingBy(VqaItem::answerType, Collectors.counting()));
  }

  @Test
  void publicVqaRadHasItsPublishedCounts() {
    VqaData all = rad("VQA_RAD Dataset Public.json", "");
    assertThat(all.items()).hasSize(2_248);
    assertThat(set(all, item -> item.image().name())).hasSize(314);
    assertThat(all.problems()).isEmpty();
    assertThat(answerTypes(all))
        .containsEntry(AnswerType.CLOSED, 1_299L)
        .containsEntry(AnswerType.OPEN, 949L);
    assertThat(set(all, VqaItem::organ)).containsExactlyInAnyOrder("HEAD", "CHEST", "ABD");
    assertThat(rad("VQA_RAD Dataset Public.json", "test").items()).hasSize(451);
    assertThat(rad("VQA_RAD Dataset Public.json", "train").items()).hasSize(1_797);
    assertThat(set(all, VqaItem::phraseType)).containsExactlyInAnyOrder("freeform", "para");
  }

  @Test
  void officialSplitOfVqaRadOverlapsAsDescribed() {
    VqaData train = rad("data_RAD/trainset.json", "");
    VqaData test = rad("data_RAD/testset.json", "");
    assertThat(train.items()).hasSize(3_064);
    assertThat(test.items()).hasSize(451);
    assertThat(answerTypes(test)).isEqualTo(Map.of(AnswerType.CLOSED, 272L, AnswerType.OPEN, 179L));
    assertThat(test.items().stream().filter(item -> item.phraseType().equals("freeform")))
        .hasSize(308);
    Set<String> testImages = set(test, item -> item.image().name());
    assertThat(testImages).hasSize(203);
    assertThat(set(train, item -> item.image().name())).containsAll(testImages);
    Set<List<String>> triples =
        new HashSet<>(
            set(train, i -> List.of(i.image().name(), i.question(), i.answers().getFirst())));
    assertThat(
            test.items().stream()
                .filter(
                    i ->
                        triples.contains(
                            List.of(i.image().name(), i.question(), i.answers().getFirst()))))
        .hasSize(14);
    Set<String> answers = set(train, i -> i.answers().getFirst().toLowerCase(Locale.ROOT));
    assertThat(
            test.items().stream()
                .filter(i -> i.answerType() == AnswerType.OPEN)
                .filter(i -> !answers.contains(i.answers().getFirst().toLowerCase(Locale.ROOT))))
        .hasSize(41);
  }

  @Test
  void modalityOfVqaRadIsKnownForSomeImages() {
    VqaData train = rad("data_RAD/trainset.json", "");
    Map<String, String> byImage =
        train.items().stream()
            .collect(Collectors.toMap(i -> i.image().name(), VqaItem::modality, (a, b) -> a));
    Map<String, Long> counts =
        byImage.values().stream().collect(Collectors.groupingBy(m -> m, Collectors.counting()));
    System.out.println("FIGURE modalities said by VQA-RAD's training questions, images: " + counts);
    assertThat(counts).containsKeys("ct", "mr", "xray", "");
  }

  @Test
  void vqaMedHasAllPairsAndAllCategories() {
    Path root = SharedFiles.data("vqa-med-2019");
    VqaData all =
        Readers.vqa(
            VqaFormat.VQA_MED_2019,
            Map.of(
                "questions",
                root.resolve("train/All_QA_Pairs_train.txt"),
                "images",
                root.resolve("train/images")),
            Optional.empty());
    assertThat(all.items()).hasSize(12_792);
    assertThat(set(all, item -> item.image().name())).hasSize(3_200);
    assertThat(all.problems()).isEmpty();
    Path categories = root.resolve("train/QAPairsByCategory");
    VqaData byCategory =
        Readers.vqa(
            VqaFormat.VQA_MED_2019,
            Map.of(
                "modality", categories.resolve("C1_Modality_train.txt"),
                "plane", categories.resolve("C2_Plane_train.txt"),
                "organ", categories.resolve("C3_Organ_train.txt"),
                "abnormality", categories.resolve("C4_Abnormality_train.txt"),
                "images", root.resolve("train/images")),
            Optional.empty());
    assertThat(byCategory.items()).hasSize(12_792);
    assertThat(set(byCategory, VqaItem::questionType))
        .containsExactlyInAnyOrder("modality", "plane", "organ", "abnormality");
    Map<String, Long> counts =
        byCategory.items().stream()
            .collect(Collectors.toMap(i -> i.image().name(), VqaItem::modality, (a, b) -> a))
            .values()
            .stream()
            .collect(Collectors.groupingBy(m -> m, Collectors.counting()));
    System.out.println("FIGURE modalities said by VQA-Med's training questions, images: " + counts);
  }

  @Test
  void vqaMedTestHasAlternatives() {
    Path root = SharedFiles.data("vqa-med-2019/test");
    VqaData test =
        Readers.vqa(
            VqaFormat.VQA_MED_2019,
            Map.of(
                "questions",
                root.resolve("VQAMed2019_Test_Questions_w_Ref_Answers.txt"),
                "images",
                root.resolve("images")),
            Optional.empty());
    assertThat(test.items()).hasSize(500);
    assertThat(test.problems()).isEmpty();
    assertThat(test.items().stream().filter(i -> i.questionType().equals("plane"))).hasSize(125);
    assertThat(test.items())
        .filteredOn(
            i -> i.image().name().equals("synpic54143") && i.questionType().equals("abnormality"))
        .singleElement()
        .extracting(VqaItem::answers)
        .isEqualTo(
            List.of("anaplastic oligodendroglioma", "multi-cystic complex mass", "neoplasm"));
  }

  @Test
  void slakeHasItsCountsByLanguageWithoutTheOneEmptyAnswer() {
    Map<String, List<Integer>> counts =
        Map.of(
            "train",
            List.of(9_834, 4_918),
            "validate",
            List.of(2_099, 1_053),
            "test",
            List.of(2_094, 1_061));
    counts.forEach(
        (split, expected) -> {
          Map<String, Path> files =
              Map.of("questions", SharedFiles.data("slake/" + split + ".json"));
          VqaData all = Readers.vqa(VqaFormat.SLAKE, files, Optional.empty());
          assertThat(all.items()).hasSize(expected.getFirst());
          boolean training = split.equals("train");
          assertThat(all.problems().stream().anyMatch(p -> p.contains("field answer is empty")))
              .isEqualTo(training);
          VqaData english = Readers.vqa(VqaFormat.SLAKE, files, Optional.of("en"));
          assertThat(english.items()).hasSize(expected.get(1));
          assertThat(set(english, VqaItem::modality)).containsExactlyInAnyOrder("ct", "mr", "xray");
        });
  }
}
