package dev.xfolds.datasets.read;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.VqaItem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * VQA-RAD (Lau et al. 2018), the public JSON and the files of {@code data_RAD}. Both have the same
 * fields; the public JSON marks its test by the prefix "test_" of the phrase type, which is taken
 * off. Answers may be JSON integers, answer types may have blanks around them. There is no modality
 * field, see {@link ModalityWords}.
 */
final class VqaRadReader {

  private static final String TEST = "test_";

  private final ImageFolder images;
  private final RowProblems problems;

  VqaRadReader(ImageFolder images, RowProblems problems) {
    this.images = images;
    this.problems = problems;
  }

  List<VqaItem> read(AnnotationFile file, Optional<String> split) {
    requireKnown(split);
    List<VqaItem> items = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    boolean[] marked = {false};
    JsonRows.ofArray(
        file,
        problems,
        row -> {
          String id = row.name("qid");
          if (!id.isEmpty() && !ids.add(id)) {
            row.wrong("qid", id, "an id that no earlier record has");
          }
          String phraseType = row.optional("phrase_type");
          boolean test = phraseType.startsWith(TEST);
          marked[0] |= test;
          String name = row.name("image_name");
          String question = row.text("question");
          String answer = row.text("answer");
          Optional<AnswerType> answerType = row.oneOf("answer_type", AnswerType.class);
          String questionType = row.optional("question_type");
          String organ = row.optional("image_organ");
          Optional<ImageSource> image = ImageNames.find(images, row, "image_name", name);
          if (row.isWrong() || (split.isPresent() && split.get().equals("test") != test)) {
            return;
          }
          items.add(
              new VqaItem(
                  id,
                  image.orElseThrow(),
                  question,
                  List.of(answer),
                  answerType.orElseThrow(),
                  questionType,
                  organ,
                  "",
                  test ? phraseType.substring(TEST.length()) : phraseType));
        });
    if (split.isPresent() && !marked[0]) {
      throw new DataException(
          "%s holds one split and does not say which (no phrase_type begins with \"%s\"): leave split empty, was %s"
              .formatted(file.path(), TEST, split.get()));
    }
    return ModalityWords.annotate(items, item -> item.questionType().contains("MODALITY"));
  }

  private static void requireKnown(Optional<String> split) {
    if (split.isPresent() && !Set.of("train", "test").contains(split.get())) {
      throw new DataException("split of vqa-rad must be train, test or empty, was " + split.get());
    }
  }
}
