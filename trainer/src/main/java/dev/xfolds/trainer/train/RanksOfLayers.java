package dev.xfolds.trainer.train;

import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.tensor.Ranks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** The ranks of a run as its layers see them. */
record RanksOfLayers(Collectives collectives) implements Ranks {

  @Override
  public int size() {
    return collectives.size();
  }

  @Override
  public int rank() {
    return collectives.rank();
  }

  @Override
  public float[] gather(float[] own) {
    FloatBuffer all = direct(Math.multiplyExact(own.length, size()));
    all.put(rank() * own.length, own);
    collectives.allGather(all);
    return array(all);
  }

  @Override
  public float[] sum(float[] values) {
    FloatBuffer sums = direct(values.length);
    sums.put(0, values);
    collectives.allReduce(sums);
    return array(sums);
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static float[] array(FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }
}
