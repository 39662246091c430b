package dev.xfolds.trainer.parallel;

import java.util.List;

/** A place in pieces that are gone through from the first to the last byte. */
final class Cursor {

  private final List<Route.Piece> pieces;
  private int index;
  private long within;

  Cursor(List<Route.Piece> pieces) {
    this.pieces = pieces;
    skipFinished();
  }

  boolean done() {
    return index == pieces.size();
  }

  /** In the buffer. */
  long offset() {
    return pieces.get(index).offset() + within;
  }

  /** Bytes left of this piece. */
  long left() {
    return pieces.get(index).length() - within;
  }

  boolean sum() {
    return pieces.get(index).sum();
  }

  void advance(long bytes) {
    within += bytes;
    skipFinished();
  }

  private void skipFinished() {
    while (!done() && left() == 0) {
      index++;
      within = 0;
    }
  }
}
