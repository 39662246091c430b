/**
 * Collectives between the processes (ranks) of one run, over TCP. Uses config, SLF4J and the JDK.
 */
package dev.xfolds.trainer.parallel;
