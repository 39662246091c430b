/**
 * The Kubernetes objects of a run, as functions of its plan: no client, clock, environment or
 * randomness. Uses the contract, the records of tls and Fabric8's model classes.
 */
package dev.xfolds.operator.desired;
