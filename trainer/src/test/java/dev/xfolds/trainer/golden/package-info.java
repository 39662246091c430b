/** Golden tensors of reference implementations: where they lie and how close a value must come. */
package dev.xfolds.trainer.golden;
