/**
 * The command {@code ./xfolds data}. Uses picocli, Jackson and {@code inspect}; nothing else of
 * this module but its exceptions.
 */
package dev.xfolds.datasets.cli;
