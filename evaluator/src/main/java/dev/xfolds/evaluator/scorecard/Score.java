package dev.xfolds.evaluator.scorecard;

import dev.xfolds.evaluator.statistics.Estimate;

/**
 * One metric over one group of questions, as benchmark.proto's Score.
 *
 * @param group "overall", "answer_type=CLOSED", "question_type=side", "organ=CHEST"
 * @param subject "model", "shuffled-images", "blank-images", or a baseline's name
 * @param estimate no value if the group is empty; no interval for "chance"
 */
public record Score(
    String protocol, String metric, String group, String subject, Estimate estimate) {}
