/**
 * The scale benchmark, which bench/scale starts: many runs on a real control plane, and how the
 * operator's process keeps up. Uses the API's records, names and ports, Fabric8 and gRPC; nothing
 * of the operator's own work.
 */
package dev.xfolds.operator.scale;
