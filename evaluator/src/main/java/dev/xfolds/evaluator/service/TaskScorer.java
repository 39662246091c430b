package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.evaluator.metric.RightAnswers;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.scorecard.Answers;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.statistics.Estimate;
import dev.xfolds.evaluator.statistics.Interval;
import dev.xfolds.evaluator.store.StoredAnswer;
import dev.xfolds.evaluator.store.Variant;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Scores with the task's own answer key. */
record TaskScorer(TaskData data) implements Scorer {

  @Override
  public Verdict score(List<String> protocols, List<StoredAnswer> answers) {
    Map<Variant, List<String>> texts = texts(answers);
    Answers arranged =
        new Answers(
            texts.get(Variant.REAL),
            Optional.ofNullable(texts.get(Variant.SHUFFLED)),
            Optional.ofNullable(texts.get(Variant.BLANK)));
    List<Protocol> rules = protocols.stream().map(data.task()::protocol).toList();
    Scorecard card = Scorecard.of(data, rules, arranged);
    return new Verdict(
        card.scores().stream().map(TaskScorer::message).toList(),
        card.comparisons().stream().map(TaskScorer::message).toList());
  }

  @Override
  public List<Judged> judge(String protocol, List<StoredAnswer> answers) {
    List<TaskItem> items = data.items();
    List<String> texts = texts(answers).get(Variant.REAL);
    Protocol rule = data.task().protocol(protocol);
    boolean[] right = RightAnswers.of(items, texts.stream().map(Optional::of).toList(), rule);
    return IntStream.range(0, items.size())
        .filter(i -> rule.counts(items.get(i).phraseType()))
        .mapToObj(
            i -> new Judged(items.get(i).id(), items.get(i).answers(), texts.get(i), right[i]))
        .toList();
  }

  /** Answers in the order of the items, by variant; a variant that was not asked is absent. */
  private Map<Variant, List<String>> texts(List<StoredAnswer> answers) {
    Map<String, Integer> positions = data.positions();
    Map<Variant, String[]> arrays = new EnumMap<>(Variant.class);
    for (StoredAnswer answer : answers) {
      Integer position = positions.get(answer.item());
      if (position != null) {
        arrays.computeIfAbsent(answer.variant(), key -> new String[positions.size()])[position] =
            text(answer, data.items().get(position));
      }
    }
    Map<Variant, List<String>> texts = new EnumMap<>(Variant.class);
    arrays.forEach((variant, array) -> texts.put(variant, complete(variant, array)));
    return texts;
  }

  private static String text(StoredAnswer answer, TaskItem item) {
    return item.choices().isEmpty() ? answer.text() : item.choices().get(answer.choice());
  }

  private List<String> complete(Variant variant, String[] texts) {
    List<String> complete = new ArrayList<>(texts.length);
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] == null) {
        throw new IllegalStateException(
            "question " + data.items().get(i).id() + " has no " + variant + " answer to score");
      }
      complete.add(texts[i]);
    }
    return complete;
  }

  private static Score message(dev.xfolds.evaluator.scorecard.Score score) {
    Score.Builder builder =
        Score.newBuilder()
            .setProtocol(score.protocol())
            .setMetric(score.metric())
            .setGroup(score.group())
            .setSubject(score.subject());
    Estimate estimate = score.estimate();
    builder.setN(estimate.n());
    estimate.value().ifPresent(builder::setValue);
    estimate.interval().map(Interval::low).ifPresent(builder::setCiLow);
    estimate.interval().map(Interval::high).ifPresent(builder::setCiHigh);
    return builder.build();
  }

  private static Comparison message(dev.xfolds.evaluator.scorecard.Comparison comparison) {
    Comparison.Builder builder =
        Comparison.newBuilder()
            .setProtocol(comparison.protocol())
            .setMetric(comparison.metric())
            .setGroup(comparison.group())
            .setOther(comparison.other());
    Estimate difference = comparison.difference();
    builder.setN(difference.n());
    difference.value().ifPresent(builder::setDifference);
    difference.interval().map(Interval::low).ifPresent(builder::setCiLow);
    difference.interval().map(Interval::high).ifPresent(builder::setCiHigh);
    return builder.build();
  }
}
