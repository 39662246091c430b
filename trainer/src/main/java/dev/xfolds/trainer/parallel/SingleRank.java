package dev.xfolds.trainer.parallel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** placeholder until the merge. */
public final class SingleRank implements Collectives {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void allReduce(FloatBuffer values) {}

  @Override
  public double[] allReduce(double... values) {
    return values;
  }

  @Override
  public void reduceScatter(FloatBuffer values) {}

  @Override
  public void allGather(FloatBuffer values) {}

  @Override
  public void broadcast(ByteBuffer bytes, int root) {}

  @Override
  public void barrier() {}

  @Override
  public void close() {}
}
