package dev.xfolds.operator.reconcile;

/** What the operator itself does not write, in words that a user can act on. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  Refusal(String message) {
    super(message);
  }
}
