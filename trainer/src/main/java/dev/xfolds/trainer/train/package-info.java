/**
 * The training of a model: step, validation, features of a frozen tower, resume, and the model as
 * one that answers. Uses every package of the trainer but cli.
 */
package dev.xfolds.trainer.train;
