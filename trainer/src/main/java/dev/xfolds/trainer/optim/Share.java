package dev.xfolds.trainer.optim;

import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.List;

/** What of the trained weights one process moves, and remembers for. */
public sealed interface Share permits Share.Whole, Shards {

  /** A process that moves all weights, by the gradients that backward has gathered in them. */
  Share WHOLE = new Whole();

  /** Elements of a weight that this process moves; none if others have them all. */
  List<Piece> of(Parameter weight);

  /** Their gradients; the caller closes the list. */
  TensorList gradients(List<Piece> pieces);

  /** Whether this process is the one that saves what all processes have alike. */
  boolean first();

  /** See {@link Share#WHOLE}. */
  record Whole() implements Share {

    @Override
    public List<Piece> of(Parameter weight) {
      return List.of(Piece.whole(weight));
    }

    @Override
    public TensorList gradients(List<Piece> pieces) {
      return TensorList.gradientsOf(pieces.stream().map(Piece::weight).toList());
    }

    @Override
    public boolean first() {
      return true;
    }
  }
}
