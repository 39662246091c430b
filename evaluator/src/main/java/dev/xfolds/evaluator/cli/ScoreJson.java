package dev.xfolds.evaluator.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.scorecard.Comparison;
import dev.xfolds.evaluator.scorecard.Score;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.statistics.Estimate;
import dev.xfolds.evaluator.task.TaskData;

/**
 * The score command's JSON. Shares are fractions; {@code percent} is rounded to two digits, as the
 * published scorers print it. An empty group has no value.
 */
final class ScoreJson {

  private static final JsonMapper MAPPER = new JsonMapper();

  private ScoreJson() {}

  static String of(TaskData data, Protocol protocol, Scorecard card) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("task", data.task().id().toString());
    root.put("dataDigest", data.digest());
    root.put("protocol", protocol.name());
    root.put("metric", data.task().metric().label());
    for (Score score : card.scores()) {
      ObjectNode node = root.withArray("scores").addObject();
      node.put("group", score.group());
      node.put("subject", score.subject());
      put(node, "value", score.estimate());
      if (score.estimate().n() > 0) {
        node.put("percent", Percent.of(score.estimate(), 2).doubleValue());
      }
    }
    for (Comparison comparison : card.comparisons()) {
      ObjectNode node = root.withArray("comparisons").addObject();
      node.put("group", comparison.group());
      node.put("other", comparison.other());
      put(node, "difference", comparison.difference());
    }
    return root.toPrettyString();
  }

  private static void put(ObjectNode node, String name, Estimate estimate) {
    node.put("n", estimate.n());
    node.put("images", estimate.images());
    estimate.value().ifPresent(value -> node.put(name, value));
    estimate.interval().ifPresent(ci -> node.put("ciLow", ci.low()).put("ciHigh", ci.high()));
  }
}
