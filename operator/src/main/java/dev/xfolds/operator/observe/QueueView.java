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
   * @param reserved whether its quota is reserved
   * @param reason of its QuotaReserved condition, one CamelCase word
   * @param message of the same
   */
  public record Workload(
      String name, boolean active, boolean reserved, String reason, String message) {}
}
