/**
 * Answers and reports on the evaluator's volume: written durably, found again by their key. Uses
 * the contract's messages and Jackson, no other package of the evaluator.
 */
package dev.xfolds.evaluator.store;
