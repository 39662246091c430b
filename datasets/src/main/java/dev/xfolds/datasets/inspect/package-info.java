/**
 * What a data set on disk holds, as facts. Uses {@code read}, {@code image}, {@code fingerprint}
 * and the records of {@code dev.xfolds.datasets}.
 */
package dev.xfolds.datasets.inspect;
