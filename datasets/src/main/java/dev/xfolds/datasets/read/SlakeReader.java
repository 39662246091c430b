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
 * SLAKE 1.0 (Liu et al. 2021). Question type is {@code content_type}, organ is {@code location},
 * phrase type is {@code base_type} ("vqa", "kvqa").
 */
final class SlakeReader {

  private static final Set<String> LANGUAGES = Set.of("en", "zh");

  private final ImageFolder images;
  private final RowProblems problems;

  SlakeReader(ImageFolder images, RowProblems problems) {
    this.images = images;
    this.problems = problems;
  }

  List<VqaItem> read(AnnotationFile file, Optional<String> language) {
    if (language.isPresent() && !LANGUAGES.contains(language.get())) {
      throw new DataException(
          "split of slake must be a language (en, zh) or empty, because a file is one split; was "
              + language.get());
    }
    List<VqaItem> items = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    JsonRows.ofArray(
        file,
        problems,
        row -> {
          String id = row.name("qid");
          if (!id.isEmpty() && !ids.add(id)) {
            row.wrong("qid", id, "an id that no earlier record has");
          }
          String asked = row.name("q_lang");
          if (!asked.isEmpty() && !LANGUAGES.contains(asked)) {
            row.wrong("q_lang", asked, "en or zh");
          }
          String name = row.name("img_name");
          String question = row.text("question");
          boolean wanted = language.isEmpty() || language.get().equals(asked);
          String answer = row.textOrEmpty("answer");
          Optional<AnswerType> answerType = row.oneOf("answer_type", AnswerType.class);
          String questionType = row.optional("content_type");
          String organ = row.optional("location");
          String modality = ModalityWords.in(row.optional("modality")).orElse("");
          String phraseType = row.optional("base_type");
          if (!wanted || row.isWrong()) {
            return;
          }
          if (answer.isEmpty()) {
            problems.note(row.place() + ": field answer is empty, the question is left out");
            return;
          }
          Optional<ImageSource> image = ImageNames.find(images, row, "img_name", name);
          if (!row.isWrong()) {
            items.add(
                new VqaItem(
                    id,
                    image.orElseThrow(),
                    question,
                    List.of(answer),
                    answerType.orElseThrow(),
                    questionType,
                    organ,
                    modality,
                    phraseType));
          }
        });
    return items;
  }
}
