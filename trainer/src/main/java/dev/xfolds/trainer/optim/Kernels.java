package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.Script;

/** The functions of optimizers.torchscript, compiled when they are first needed. */
final class Kernels {

  static final Script ALL = Script.of(Kernels.class, "optimizers.torchscript");

  private Kernels() {}
}
