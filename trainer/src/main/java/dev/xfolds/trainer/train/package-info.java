/**
 * The training of a model: step, validation, features of a frozen tower, resume. Uses config, data,
 * checkpoint, progress, model, nn, optim and tensor.
 */
package dev.xfolds.trainer.train;
