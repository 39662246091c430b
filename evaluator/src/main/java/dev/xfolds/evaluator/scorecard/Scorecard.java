package dev.xfolds.evaluator.scorecard;

import dev.xfolds.evaluator.baseline.Baseline;
import dev.xfolds.evaluator.metric.Groups;
import dev.xfolds.evaluator.metric.RightAnswers;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.statistics.ClusteredSample;
import dev.xfolds.evaluator.statistics.Estimate;
import dev.xfolds.evaluator.statistics.Interval;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything that a report says about one set of answers.
 *
 * @param scores per protocol and group: the model, then the controls, then the baselines
 * @param comparisons per protocol and group: the model against each baseline, against the best of
 *     them in that group, and against the controls
 */
public record Scorecard(List<Score> scores, List<Comparison> comparisons) {

  public static final String MODEL = "model";
  public static final String SHUFFLED_IMAGES = "shuffled-images";
  public static final String BLANK_IMAGES = "blank-images";
  public static final String BEST_BASELINE = "best-baseline";

  /** Answering by chance, where the number of choices says how good that is. */
  public static final String CHANCE = "chance";

  /** Of the resamples; fixed, so that the same answers give the same report. */
  private static final long SEED = 20_260_101L;

  public Scorecard {
    scores = List.copyOf(scores);
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Scores the answers under every given protocol.
   *
   * @throws IllegalArgumentException if a list of answers is not as long as the task
   */
  public static Scorecard of(TaskData data, List<Protocol> protocols, Answers answers) {
    var sample = new ClusteredSample(clusters(data), ClusteredSample.RESAMPLES, SEED);
    Map<String, List<Optional<String>>> others = new LinkedHashMap<>();
    answers.shuffled().ifPresent(texts -> others.put(SHUFFLED_IMAGES, present(texts)));
    answers.blank().ifPresent(texts -> others.put(BLANK_IMAGES, present(texts)));
    Map<String, List<Optional<String>>> baselines = new LinkedHashMap<>();
    if (!hasChoices(data)) {
      Baseline.of(data)
          .forEach(baseline -> baselines.put(baseline.label(), baseline.answers(data)));
    }
    var builder = new Builder(data, sample, present(answers.real()), others, baselines);
    protocols.forEach(builder::add);
    return new Scorecard(builder.scores, builder.comparisons);
  }

  /** The score of one subject in one group under one protocol. */
  public Optional<Score> score(String protocol, String group, String subject) {
    return scores.stream()
        .filter(
            score ->
                score.protocol().equals(protocol)
                    && score.group().equals(group)
                    && score.subject().equals(subject))
        .findFirst();
  }

  /** The comparison with one other in one group under one protocol. */
  public Optional<Comparison> comparison(String protocol, String group, String other) {
    return comparisons.stream()
        .filter(
            comparison ->
                comparison.protocol().equals(protocol)
                    && comparison.group().equals(group)
                    && comparison.other().equals(other))
        .findFirst();
  }

  private static boolean hasChoices(TaskData data) {
    return data.items().stream().anyMatch(item -> !item.choices().isEmpty());
  }

  private static int[] clusters(TaskData data) {
    Map<String, Integer> numbers = new HashMap<>();
    return data.items().stream()
        .map(TaskItem::imageKey)
        .mapToInt(key -> numbers.computeIfAbsent(key, unseen -> numbers.size()))
        .toArray();
  }

  private static List<Optional<String>> present(List<String> texts) {
    return texts.stream().map(Optional::of).toList();
  }

  /** One protocol after the other. */
  private static final class Builder {
    private final TaskData data;
    private final ClusteredSample sample;
    private final List<Optional<String>> model;
    private final Map<String, List<Optional<String>>> controls;
    private final Map<String, List<Optional<String>>> baselines;
    private final List<Score> scores = new ArrayList<>();
    private final List<Comparison> comparisons = new ArrayList<>();

    Builder(
        TaskData data,
        ClusteredSample sample,
        List<Optional<String>> model,
        Map<String, List<Optional<String>>> controls,
        Map<String, List<Optional<String>>> baselines) {
      this.data = data;
      this.sample = sample;
      this.model = model;
      this.controls = controls;
      this.baselines = baselines;
    }

    void add(Protocol protocol) {
      boolean[] right = RightAnswers.of(data.items(), model, protocol);
      Map<String, boolean[]> rightControls = right(controls, protocol);
      Map<String, boolean[]> rightBaselines = right(baselines, protocol);
      Groups.of(data.items(), protocol)
          .forEach(
              (group, items) -> {
                var place = new Place(protocol.name(), data.task().metric().label(), group, items);
                score(place, MODEL, right);
                rightControls.forEach((name, other) -> score(place, name, other));
                rightBaselines.forEach((name, other) -> score(place, name, other));
                rightBaselines.forEach((name, other) -> compare(place, name, right, other));
                if (hasChoices(data)) {
                  chance(place, right);
                } else {
                  best(place, rightBaselines)
                      .ifPresent(other -> compare(place, BEST_BASELINE, right, other));
                }
                rightControls.forEach((name, other) -> compare(place, name, right, other));
              });
    }

    private Map<String, boolean[]> right(
        Map<String, List<Optional<String>>> answers, Protocol protocol) {
      Map<String, boolean[]> right = new LinkedHashMap<>();
      answers.forEach(
          (name, texts) -> right.put(name, RightAnswers.of(data.items(), texts, protocol)));
      return right;
    }

    private void score(Place place, String subject, boolean[] right) {
      add(place, subject, sample.proportion(place.items, right));
    }

    private void add(Place place, String subject, Estimate estimate) {
      scores.add(new Score(place.protocol, place.metric, place.group, subject, estimate));
    }

    private void compare(Place place, String other, boolean[] right, boolean[] rightOther) {
      compare(place, other, sample.difference(place.items, right, rightOther));
    }

    private void compare(Place place, String other, Estimate difference) {
      comparisons.add(new Comparison(place.protocol, place.metric, place.group, other, difference));
    }

    /** The baseline with the most right answers in the group, the first of equals. */
    private static Optional<boolean[]> best(Place place, Map<String, boolean[]> baselines) {
      Optional<boolean[]> best = Optional.empty();
      int most = -1;
      for (boolean[] right : baselines.values()) {
        int count = 0;
        for (int item : place.items) {
          count += right[item] ? 1 : 0;
        }
        if (count > most) {
          most = count;
          best = Optional.of(right);
        }
      }
      return best;
    }

    /** Chance is known exactly, so the difference to it is as uncertain as the model's score. */
    private void chance(Place place, boolean[] right) {
      Estimate model = sample.proportion(place.items, right);
      if (model.n() == 0) {
        add(place, CHANCE, Estimate.NONE);
        compare(place, CHANCE, Estimate.NONE);
        compare(place, BEST_BASELINE, Estimate.NONE);
        return;
      }
      double chance = 0;
      for (int item : place.items) {
        chance += 1.0 / data.items().get(item).choices().size();
      }
      double expected = chance / place.items.length;
      add(
          place,
          CHANCE,
          new Estimate(model.n(), model.images(), OptionalDouble.of(expected), Optional.empty()));
      var difference =
          new Estimate(
              model.n(),
              model.images(),
              OptionalDouble.of(model.value().orElseThrow() - expected),
              model.interval().map(ci -> new Interval(ci.low() - expected, ci.high() - expected)));
      compare(place, CHANCE, difference);
      compare(place, BEST_BASELINE, difference);
    }
  }

  /** A group of questions under a protocol. */
  private static final class Place {
    private final String protocol;
    private final String metric;
    private final String group;
    private final int[] items;

    Place(String protocol, String metric, String group, int[] items) {
      this.protocol = protocol;
      this.metric = metric;
      this.group = group;
      this.items = items;
    }
  }
}
