package dev.xfolds.trainer.answer;

/**
 * An encoded image.
 *
 * @param sha256 of the data, lower-case hex; verified
 * @param data JPEG or PNG, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // up to 32 MiB, shared and never changed
public record ImageFile(String sha256, byte[] data) {}
