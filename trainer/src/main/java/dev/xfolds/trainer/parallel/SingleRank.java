package dev.xfolds.trainer.parallel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** A run of one process: sums and copies are what is there already. */
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
  public void allReduce(FloatBuffer values) {
    Buffers.of(values);
  }

  @Override
  public double[] allReduce(double... values) {
    return values.clone();
  }

  @Override
  public void reduceScatter(FloatBuffer values) {
    Buffers.of(values);
  }

  @Override
  public void allGather(FloatBuffer values) {
    Buffers.of(values);
  }

  @Override
  public void broadcast(ByteBuffer bytes, int root) {
    Buffers.of(bytes);
    Buffers.requireRank(root, 1);
  }

  @Override
  public void barrier() {}

  @Override
  public void close() {}
}
