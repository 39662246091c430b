/**
 * Annotation files of public data sets, and of folders like theirs, to records. Uses Jackson,
 * {@code dev.xfolds.datasets.image} for files behind image names, and the records of {@code
 * dev.xfolds.datasets}.
 */
package dev.xfolds.datasets.read;
