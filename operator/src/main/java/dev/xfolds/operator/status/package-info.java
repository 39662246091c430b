/**
 * What a run's status says about an observation: conditions, progress, scores, compute. A function;
 * uses the contract and the records of api and observe.
 */
package dev.xfolds.operator.status;
