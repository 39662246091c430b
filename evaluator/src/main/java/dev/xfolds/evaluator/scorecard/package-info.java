/**
 * Scores of a model and its baselines, and their paired differences, for one set of answers. May
 * use task, protocol, metric, statistics and baseline.
 */
package dev.xfolds.evaluator.scorecard;
