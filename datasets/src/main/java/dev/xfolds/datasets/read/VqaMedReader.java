package dev.xfolds.datasets.read;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.VqaItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * VQA-Med 2019 (Ben Abacha et al.). The category is the question type: from the line in the test
 * file, from the role in files of one category, empty in a file of all pairs, which does not say
 * it. There are no ids, so an item is named by its line, and no annotated answer types: yes and no
 * are closed, the rest is open.
 */
final class VqaMedReader {

  private static final Set<String> CATEGORIES = Set.of("modality", "plane", "organ", "abnormality");

  private final ImageFolder images;
  private final RowProblems problems;

  VqaMedReader(ImageFolder images, RowProblems problems) {
    this.images = images;
    this.problems = problems;
  }

  List<VqaItem> read(Annotations annotations, Optional<String> split) {
    if (split.isPresent()) {
      throw new DataException(
          "split of vqa-med-2019 must be empty, because a file is one split; was " + split.get());
    }
    Set<String> roles = annotations.byRole().keySet();
    List<VqaItem> items = new ArrayList<>();
    if (roles.equals(Set.of("questions"))) {
      read(annotations.only("questions"), "", items);
    } else if (!roles.isEmpty() && CATEGORIES.containsAll(roles)) {
      annotations.byRole().forEach((category, file) -> read(file, category, items));
    } else {
      throw new DataException(
          "files must have the role questions, or some of modality, plane, organ and abnormality, and images; have "
              + annotations.roles());
    }
    return ModalityWords.annotate(
        items,
        item ->
            item.questionType().equals("modality")
                || (item.questionType().isEmpty() && item.question().contains("modality")));
  }

  private void read(AnnotationFile file, String category, List<VqaItem> items) {
    List<String> lines = file.text().lines().toList();
    boolean test =
        lines.stream()
            .limit(1)
            .map(line -> line.split("\\|", -1))
            .anyMatch(f -> f.length > 3 && CATEGORIES.contains(f[1]));
    List<String> names =
        test
            ? List.of("image", "category", "question", "answer")
            : List.of("image", "question", "answer");
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String place = "%s, line %,d".formatted(file.path(), i + 1);
      String[] values = lines.get(i).split("\\|", -1);
      if (values.length != names.size()) {
        problems.error(
            "%s: has %d fields, expected %d (%s)"
                .formatted(place, values.length, names.size(), String.join("|", names)));
        continue;
      }
      Row row =
          new Row(
              place,
              field ->
                  names.contains(field)
                      ? Optional.of(values[names.indexOf(field)])
                      : Optional.empty(),
              problems);
      item(row, (category.isEmpty() ? "" : category + ":") + (i + 1), category, test)
          .ifPresent(items::add);
    }
  }

  private Optional<VqaItem> item(Row row, String id, String categoryOfFile, boolean test) {
    String name = row.name("image");
    String category = test ? row.name("category") : categoryOfFile;
    if (test && !category.isEmpty() && !CATEGORIES.contains(category)) {
      row.wrong("category", category, "one of modality, plane, organ, abnormality");
    }
    String question = row.text("question");
    String answer = row.text("answer");
    Optional<ImageSource> image = ImageNames.find(images, row, "image", name);
    List<String> answers = test ? ReferenceAnswers.of(answer) : List.of(answer);
    if (!row.isWrong() && answers.isEmpty()) {
      row.wrong("answer", answer, "at least one answer beside # and ()");
    }
    if (row.isWrong()) {
      return Optional.empty();
    }
    boolean closed = Set.of("yes", "no").contains(answer.toLowerCase(Locale.ROOT));
    return Optional.of(
        new VqaItem(
            id,
            image.orElseThrow(),
            question,
            answers,
            closed ? AnswerType.CLOSED : AnswerType.OPEN,
            category,
            "",
            "",
            ""));
  }
}
