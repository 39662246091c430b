package dev.xfolds.trainer.parallel;

/** The previous rank does something else than this one. */
final class OutOfStepException extends Exception {

  private final transient Operation theirs;

  OutOfStepException(Operation theirs) {
    super(theirs.toString());
    this.theirs = theirs;
  }

  Operation theirs() {
    return theirs;
  }
}
