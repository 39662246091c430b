/**
 * Optimizers on libtorch tensors with state that is saved, learning-rate schedules, clipping. May
 * use tensor and contract, no other package of the trainer.
 */
package dev.xfolds.trainer.optim;
