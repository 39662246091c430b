package dev.xfolds.evaluator.store;

/** Which image a question is asked with. */
public enum Variant {
  /** The question's own image. */
  REAL,
  /** The image of another question. */
  SHUFFLED,
  /** A mid-grey image of the same size. */
  BLANK
}
