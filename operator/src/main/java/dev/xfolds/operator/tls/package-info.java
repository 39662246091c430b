/**
 * The certificates of a run: one authority, and leaves that say who calls. Uses BouncyCastle and
 * the JDK, nothing of this project.
 */
package dev.xfolds.operator.tls;
