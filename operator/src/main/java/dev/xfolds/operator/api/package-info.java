/**
 * Records of the TrainingRun, and the reader of files that hold them. Uses Fabric8's annotations
 * and a YAML parser, nothing of xfolds.
 */
package dev.xfolds.operator.api;
