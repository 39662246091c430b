package dev.xfolds.datasets;

/** How the data set's authors annotated a question. */
public enum AnswerType {
  OPEN,
  CLOSED
}
