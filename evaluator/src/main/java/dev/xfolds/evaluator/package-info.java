/** Root of the evaluator module; see docs/processes.md for how its process is started. */
package dev.xfolds.evaluator;
