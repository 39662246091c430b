package dev.xfolds.trainer.train;

import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.parallel.Collectives;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Ranks that are threads of one process: sums in the order of ranks, by the plainest way. */
final class ThreadRanks {

  private final Object[] given;
  private int arrived;
  private long generation;
  private boolean gone;

  private ThreadRanks(int size) {
    given = new Object[size];
  }

  private synchronized void await() {
    long before = generation;
    if (++arrived == given.length) {
      arrived = 0;
      generation++;
      notifyAll();
    }
    while (generation == before) {
      if (gone) {
        throw TrainerException.retry("lost a rank");
      }
      try {
        wait();
      } catch (InterruptedException e) {
        throw TrainerException.retry("interrupted", e);
      }
    }
  }

  private synchronized void leave() {
    gone = true;
    notifyAll();
  }

  static List<Collectives> of(int size) {
    ThreadRanks all = new ThreadRanks(size);
    return IntStream.range(0, size).<Collectives>mapToObj(rank -> all.new Rank(rank)).toList();
  }

  private final class Rank implements Collectives {
    private final int rank;

    Rank(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return given.length;
    }

    @Override
    public double[] allReduce(double... values) {
      double[] sums = new double[values.length];
      exchange(
          values.clone(),
          () -> {
            for (Object one : given) {
              for (int i = 0; i < sums.length; i++) {
                sums[i] += ((double[]) one)[i];
              }
            }
          });
      return sums;
    }

    @Override
    public void allReduce(FloatBuffer values) {
      float[] sums = new float[values.remaining()];
      exchange(
          copy(values),
          () -> {
            for (Object one : given) {
              for (int i = 0; i < sums.length; i++) {
                sums[i] += ((float[]) one)[i];
              }
            }
          });
      values.duplicate().put(sums);
    }

    @Override
    public void allGather(FloatBuffer values) {
      float[] all = copy(values);
      exchange(
          copy(values),
          () -> {
            for (int from = 0; from < given.length; from++) {
              int start = (int) ((long) from * all.length / given.length);
              int end = (int) ((from + 1L) * all.length / given.length);
              System.arraycopy(given[from], start, all, start, end - start);
            }
          });
      values.duplicate().put(all);
    }

    private static float[] copy(FloatBuffer values) {
      float[] copy = new float[values.remaining()];
      values.duplicate().get(copy);
      return copy;
    }

    /** All give, all look, and nobody gives again before. */
    private void exchange(Object mine, Runnable look) {
      given[rank] = mine;
      barrier();
      look.run();
      barrier();
    }

    @Override
    public void barrier() {
      ThreadRanks.this.await();
    }

    @Override
    public void reduceScatter(FloatBuffer values) {
      allReduce(values);
    }

    @Override
    public void broadcast(ByteBuffer bytes, int root) {
      throw new UnsupportedOperationException();
    }

    /** What the end of a process does to its peers. */
    @Override
    public void close() {
      leave();
    }
  }
}
