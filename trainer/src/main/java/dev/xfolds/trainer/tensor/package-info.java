/**
 * Named tensors: parameters and buffers of a model with the part each belongs to, safetensors
 * files, and the recording of gradients. May use DJL and contract's enums, no other package of the
 * trainer.
 */
package dev.xfolds.trainer.tensor;
