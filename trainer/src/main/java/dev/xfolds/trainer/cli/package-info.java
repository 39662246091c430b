/** The process: arguments, exit codes, signals. Uses every other package. */
package dev.xfolds.trainer.cli;
