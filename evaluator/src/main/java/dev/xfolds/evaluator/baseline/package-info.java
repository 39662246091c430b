/**
 * Answerers that see no pixels: what a task's training answers and questions alone are worth. May
 * use task and datasets.
 */
package dev.xfolds.evaluator.baseline;
