/**
 * The run plan as it arrives: reading, checking, the identity of this process, and how it may fail.
 * Uses the contract's messages, gRPC's credentials and the JDK.
 */
package dev.xfolds.trainer.config;
