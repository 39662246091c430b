/**
 * Proportions and paired differences with 95 % intervals clustered by image. Uses nothing but the
 * JDK.
 */
package dev.xfolds.evaluator.statistics;
