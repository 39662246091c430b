/**
 * The records that every reader gives, whatever the files looked like. Uses nothing but the JDK.
 */
package dev.xfolds.datasets;
