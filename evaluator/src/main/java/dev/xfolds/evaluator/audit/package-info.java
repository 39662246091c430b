/**
 * Compares fingerprints of training data with a test's own. Uses the contract's messages and the
 * datasets module, no other package of the evaluator.
 */
package dev.xfolds.evaluator.audit;
