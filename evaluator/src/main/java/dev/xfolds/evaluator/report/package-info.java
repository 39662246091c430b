/**
 * report.html: one self-contained page about the newest reports of a run. Uses the contract's
 * messages and the store's records, no other package of the evaluator.
 */
package dev.xfolds.evaluator.report;
