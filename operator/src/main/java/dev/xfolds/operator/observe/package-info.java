/**
 * What is the case with a run: its pods, its attempts, its progress and its reports, gathered
 * without changing anything; and what follows from an exit code. Uses the contract, gRPC, Fabric8's
 * model classes and the records of tls.
 */
package dev.xfolds.operator.observe;
