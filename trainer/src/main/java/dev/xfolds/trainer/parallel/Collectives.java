package dev.xfolds.trainer.parallel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** placeholder until the merge. */
public interface Collectives extends AutoCloseable {
  int rank();

  int size();

  void allReduce(FloatBuffer values);

  double[] allReduce(double... values);

  void reduceScatter(FloatBuffer values);

  void allGather(FloatBuffer values);

  void broadcast(ByteBuffer bytes, int root);

  void barrier();

  @Override
  void close();
}
