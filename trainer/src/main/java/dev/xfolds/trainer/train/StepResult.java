package dev.xfolds.trainer.train;

/**
 * What an optimizer step did.
 *
 * @param gradientNorm before clipping
 * @param skipped true if loss or gradients were not finite and nothing was moved
 * @param time that it took, without waiting for data
 */
record StepResult(double loss, double gradientNorm, boolean skipped, StepTime time) {}
