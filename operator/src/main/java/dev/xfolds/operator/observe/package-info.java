/**
 * What is the case with a run: its pods, its progress and its reports, gathered without changing
 * anything. Uses the contract, gRPC and the records of tls.
 */
package dev.xfolds.operator.observe;
