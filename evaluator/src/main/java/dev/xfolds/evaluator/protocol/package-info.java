/**
 * Protocols: which questions count, how answers are compared, how questions are grouped, and whose
 * rule that is. May use normalize and datasets.
 */
package dev.xfolds.evaluator.protocol;
