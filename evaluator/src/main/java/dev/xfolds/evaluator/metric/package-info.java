/**
 * Which answers are right, and which groups of questions a protocol counts. May use task, protocol
 * and normalize.
 */
package dev.xfolds.evaluator.metric;
