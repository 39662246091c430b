/**
 * Tasks (benchmarks with a version) and their data. The catalogue is YAML under tasks/ in the
 * resources. May use protocol, normalize, datasets and the contract's enums.
 */
package dev.xfolds.evaluator.task;
