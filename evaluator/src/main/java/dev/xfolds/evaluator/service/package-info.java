/**
 * The Benchmark service over mutual TLS: asks questions, stores answers, scores them, keeps the
 * reports. Uses every package of the evaluator but cli.
 */
package dev.xfolds.evaluator.service;
