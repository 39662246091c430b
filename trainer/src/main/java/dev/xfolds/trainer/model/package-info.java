/**
 * The models: CLIP and the classifier of visual questions, built from a plan, with their cost. May
 * use nn, tensor and contract, no other package of the trainer.
 *
 * <p>A step of a small model, batch 64, 64 px, ResNet tower of width 16 with stages of 1 and 1
 * block, text of width 128 with 2 layers: CPU milliseconds of one thread on two cores that eight
 * processes shared, so upper bounds and no promise. Image forward 67 to 80, text forward 41 (20
 * tokens) to 48 (32 tokens), backward 175 to 236, optimizer 4 to 5. A frozen step of the classifier
 * (64 tokens of 128, GRU 128, 12 words): 54 with two hops of stacked attention, 175 with two
 * glimpses of bilinear attention. Cutting texts to the longest of the batch pays.
 */
package dev.xfolds.trainer.model;
