package dev.xfolds.trainer.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * How long one piece of work takes, again and again.
 *
 * @param warmUp times that are not counted
 * @param least times that are counted in any case
 * @param seconds after which no further time begins
 */
public record Repetition(int warmUp, int least, double seconds) {

  /** Of each time that counts, in seconds. */
  List<Double> of(Runnable work) {
    for (int i = 0; i < warmUp; i++) {
      work.run();
    }
    List<Double> times = new ArrayList<>();
    long began = System.nanoTime();
    while (times.size() < least || (System.nanoTime() - began) / 1e9 < seconds) {
      long started = System.nanoTime();
      work.run();
      times.add((System.nanoTime() - started) / 1e9);
    }
    return times;
  }
}
