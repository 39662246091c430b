package dev.xfolds.operator.observe;

import java.util.Optional;

/**
 * Where a run stands in its queue.
 *
 * @param name of the LocalQueue
 * @param installed whether the cluster has Kueue
 * @param workload of the newest Job; empty until Kueue has made one
 */
public record QueueView(String name, boolean installed, Optional<Workload> workload) {

  /**
   * Kueue's Workload of a Job.
   *
   * @param active whether Kueue may admit it
   * @param held whether the operator said that it may not, and has not said otherwise since
   * @param reserved whether its quota is reserved
   * @param reason of its QuotaReserved condition, one CamelCase word
   * @param message of the same
   * @param eviction why Kueue took its quota back: reason and message; empty if it did not
   */
  public record Workload(
      String name,
      boolean active,
      boolean held,
      boolean reserved,
      String reason,
      String message,
      Optional<String> eviction) {

    /** Whether somebody else said that Kueue may not admit it: an administrator, or Kueue. */
    public boolean deactivated() {
      return !active && !held;
    }
  }
}
