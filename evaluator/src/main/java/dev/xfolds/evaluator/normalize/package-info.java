/**
 * Published rules that say when two answers count as the same, each a pure function with its
 * source. Uses nothing but the JDK and Jackson's annotations.
 */
package dev.xfolds.evaluator.normalize;
