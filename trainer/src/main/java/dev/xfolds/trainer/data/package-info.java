/**
 * From a plan's data sets to batches: which samples, in which order, decoded and tokenised ahead of
 * the step. Uses config, text and the datasets module; knows no tensors.
 */
package dev.xfolds.trainer.data;
