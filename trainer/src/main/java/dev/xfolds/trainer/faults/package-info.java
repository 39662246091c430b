/**
 * Trials that disturb the processes of a run and compare what it ends with. Uses config, checkpoint
 * and the certificates of bench; nothing but cli may use it.
 */
package dev.xfolds.trainer.faults;
