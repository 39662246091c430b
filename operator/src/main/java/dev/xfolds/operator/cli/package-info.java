/**
 * The commands of {@code xfolds} that work on TrainingRuns. Uses {@code api}, {@code plan} and
 * {@code local}; prints to the terminal, decides nothing else.
 */
package dev.xfolds.operator.cli;
