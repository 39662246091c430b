package dev.xfolds.evaluator.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * SHA-256 digests, lower-case hexadecimal, of a task's data.
 *
 * @param questions of every question, choice, answer, type and image name, training ones included;
 *     data with another digest is refused
 * @param images of the test images' files, in the order of their first question; see {@link
 *     TaskData#imagesDigest}
 */
public record TaskDigest(
    @JsonProperty(required = true) String questions,
    @JsonProperty(required = true) String images) {}
