/**
 * Runs the objects of desired as processes of this machine: volumes, ports, probes, logs, restarts,
 * order. Uses desired, tls, observe and status; starts processes and writes files, which no other
 * package of the operator does.
 */
package dev.xfolds.operator.local;
