/**
 * Answers the evaluator's questions with a model, as a client of the Benchmark service. Uses
 * config, data, progress, and a model behind an interface.
 */
package dev.xfolds.trainer.answer;
