package dev.xfolds.operator.observe;

import java.util.Collections;
import java.util.List;

/**
 * The trainer's processes, as probes show them.
 *
 * @param states by rank, at least one; absent where a rank has no pod
 */
public record Ranks(List<PodState> states) {
  public Ranks {
    states = List.copyOf(states);
  }

  /** One rank, which is all there are. */
  public static Ranks of(PodState only) {
    return new Ranks(List.of(only));
  }

  /** Of a run without pods. */
  public static Ranks absent(int workers) {
    return new Ranks(Collections.nCopies(workers, PodState.ABSENT));
  }

  /** Of rank 0, which tells the progress of all. */
  public PodState first() {
    return states.getFirst();
  }

  public int ready() {
    return (int) states.stream().filter(PodState.READY::equals).count();
  }

  public boolean allReady() {
    return ready() == states.size();
  }
}
