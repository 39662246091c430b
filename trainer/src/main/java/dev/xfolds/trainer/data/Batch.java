package dev.xfolds.trainer.data;

/**
 * Samples of one step.
 *
 * @param samples indices into the data
 * @param images tensors of their images, one after the other, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // owned by the step that takes it, never compared
public record Batch(long step, int[] samples, float[] images) {}
