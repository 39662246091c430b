/**
 * How fast this machine does what training consists of. May use every package but train, progress,
 * answer and cli; nothing but cli may use it.
 */
package dev.xfolds.trainer.bench;
