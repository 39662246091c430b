package dev.xfolds.datasets.phantom;

/**
 * A structure inside the body; paired ones appear twice under one name.
 *
 * @param name lower case: {@code lung}
 * @param box its pixels inside the body, exactly; smaller structures may be drawn over it
 */
public record Organ(String name, BoundingBox box) {}
