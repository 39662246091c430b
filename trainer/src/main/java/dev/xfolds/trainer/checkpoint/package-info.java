/**
 * A run's folder: who may write into it, and checkpoints that are there whole or not at all. Uses
 * config and the contract's messages; knows no tensors, the parts of a checkpoint are written by
 * whoever owns them.
 */
package dev.xfolds.trainer.checkpoint;
