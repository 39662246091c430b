package dev.xfolds.trainer.tensor;

/** How a model's layers compute what they are defined to. */
public record Arithmetic(Attention attention) {

  /** Unless a plan says otherwise. */
  public static final Arithmetic USUAL = new Arithmetic(Attention.FUSED);
}
