/**
 * Runs of a cluster: the only package that writes to an API server. A pass looks at caches, decides
 * with pure code, writes what is missing, and writes status once.
 */
package dev.xfolds.operator.reconcile;
