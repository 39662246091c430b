/**
 * What a run tells while it works: the Progress service, health endpoints, metrics.jsonl and
 * TensorBoard's event files. Uses config and the contract's messages.
 */
package dev.xfolds.trainer.progress;
