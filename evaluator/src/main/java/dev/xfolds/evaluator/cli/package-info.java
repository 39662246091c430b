/**
 * Commands of the evaluator's process: arguments in, text and exit codes out. May use every other
 * package of the evaluator.
 */
package dev.xfolds.evaluator.cli;
