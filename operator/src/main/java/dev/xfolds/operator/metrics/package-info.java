/**
 * Runs and operator as Prometheus metrics: a pure mapping from status and progress to samples, and
 * what answers a scrape. Uses the contract, the records of api, observe and status, and Micrometer.
 */
package dev.xfolds.operator.metrics;
