/**
 * Generated images with captions, questions and documents that are true of what is drawn. Uses the
 * records of {@link dev.xfolds.datasets} and the JDK; neither clock, files, locale nor randomness
 * from outside.
 */
package dev.xfolds.datasets.phantom;
