/**
 * Layers: what a model is made of, each with its parameters' names, its forward pass, and the
 * products it counts. May use tensor and contract's enums, no other package of the trainer.
 */
package dev.xfolds.trainer.nn;
