package dev.xfolds.trainer.nn;

import dev.xfolds.contract.v1.ModelPart;
import java.util.EnumMap;
import java.util.Map;

/** Multiply-adds of a forward pass of one sample, by the part of the model that does them. */
public final class Products {

  private final Map<ModelPart, Long> multiplyAdds = new EnumMap<>(ModelPart.class);

  /** A product of (rows, inner) and (inner, columns). */
  public void matrix(ModelPart part, long rows, long inner, long columns) {
    long count = Math.multiplyExact(Math.multiplyExact(rows, inner), columns);
    multiplyAdds.merge(part, count, Math::addExact);
  }

  /** Multiply-adds of that part; 0 if it has none. */
  public long of(ModelPart part) {
    return multiplyAdds.getOrDefault(part, 0L);
  }
}
