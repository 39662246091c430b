package dev.xfolds.evaluator.metric;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Groups of questions. */
public final class Groups {

  public static final String OVERALL = "overall";

  private Groups() {}

  /**
   * The groups that a protocol counts.
   *
   * @return "overall", then "answer_type=...", "question_type=..." and "organ=..." in the order of
   *     their first question, each with its questions' positions. A group whose questions the
   *     protocol leaves out is there, empty
   */
  public static Map<String, int[]> of(List<TaskItem> items, Protocol protocol) {
    Map<String, List<Integer>> overall = new LinkedHashMap<>();
    Map<String, List<Integer>> answerTypes = new LinkedHashMap<>();
    Map<String, List<Integer>> questionTypes = new LinkedHashMap<>();
    Map<String, List<Integer>> organs = new LinkedHashMap<>();
    overall.put(OVERALL, new ArrayList<>());
    for (int i = 0; i < items.size(); i++) {
      TaskItem item = items.get(i);
      boolean counts = protocol.counts(item.phraseType());
      add(overall, OVERALL, i, counts);
      answerType(item, protocol).ifPresent(at(answerTypes, "answer_type=", i, counts));
      questionTypes(item, protocol).forEach(at(questionTypes, "question_type=", i, counts));
      if (!item.organ().isEmpty()) {
        add(organs, "organ=" + item.organ(), i, counts);
      }
    }
    Map<String, int[]> groups = new LinkedHashMap<>();
    for (var part : List.of(overall, answerTypes, questionTypes, organs)) {
      part.forEach(
          (name, positions) ->
              groups.put(name, positions.stream().mapToInt(Integer::intValue).toArray()));
    }
    return groups;
  }

  private static Consumer<String> at(
      Map<String, List<Integer>> groups, String kind, int position, boolean counts) {
    return value -> add(groups, kind + value, position, counts);
  }

  private static void add(
      Map<String, List<Integer>> groups, String name, int position, boolean counts) {
    List<Integer> positions = groups.computeIfAbsent(name, key -> new ArrayList<>());
    if (counts) {
      positions.add(position);
    }
  }

  private static Optional<String> answerType(TaskItem item, Protocol protocol) {
    return switch (protocol.answerTypes()) {
      case ANNOTATED -> item.answerType().map(AnswerType::name);
      case YES_NO ->
          Optional.of(
              item.answers().stream()
                      .map(answer -> answer.strip().toLowerCase(Locale.ROOT))
                      .anyMatch(answer -> answer.equals("yes") || answer.equals("no"))
                  ? AnswerType.CLOSED.name()
                  : AnswerType.OPEN.name());
      case NONE -> Optional.empty();
    };
  }

  private static List<String> questionTypes(TaskItem item, Protocol protocol) {
    if (item.questionType().isEmpty()) {
      return List.of();
    }
    return switch (protocol.questionTypes()) {
      case COMBINED -> List.of(item.questionType());
      case EACH -> Arrays.stream(item.questionType().split(", *", -1)).distinct().toList();
      case NONE -> List.of();
    };
  }
}
