package dev.xfolds.evaluator.scorecard;

import dev.xfolds.evaluator.statistics.Estimate;

/**
 * Paired difference of the model and another answerer on the same questions, as benchmark.proto's
 * Comparison.
 *
 * @param other a baseline's name, "best-baseline" (the one with the highest score in this group),
 *     "shuffled-images" or "blank-images"
 * @param difference model minus other; no value if the group is empty
 */
public record Comparison(
    String protocol, String metric, String group, String other, Estimate difference) {}
