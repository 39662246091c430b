/**
 * What tells whether two images or two questions are the same. Uses the JDK, {@code
 * dev.xfolds.datasets.image} for pixels, and the records of {@code dev.xfolds.datasets}.
 */
package dev.xfolds.datasets.fingerprint;
