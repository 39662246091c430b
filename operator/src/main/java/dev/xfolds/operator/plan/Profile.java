package dev.xfolds.operator.plan;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.operator.api.TolerationSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What hardware a cluster has.
 *
 * @param device one GPU, or the processor when there are none
 * @param gpusPerNode 0: training runs on the processor
 * @param memoryBytesPerDevice of one GPU, or of the worker when there are none
 * @param peakFlops of one device by precision (fp32, tf32, bf16), FLOP/s; a precision that is
 *     absent is not supported
 * @param gpuResourceName as the nodes offer it; empty without GPUs
 * @param cpu of a worker, a Kubernetes quantity
 * @param memory of a worker, a Kubernetes quantity
 * @param threads of the tensor library in a rank
 * @param dataThreads that decode images in a rank
 */
public record Profile(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String device,
    @JsonProperty(required = true) int gpusPerNode,
    @JsonProperty(required = true) long memoryBytesPerDevice,
    @JsonProperty(required = true) Map<String, Double> peakFlops,
    String gpuResourceName,
    @JsonProperty(required = true) String cpu,
    @JsonProperty(required = true) String memory,
    @JsonProperty(required = true) int threads,
    @JsonProperty(required = true) int dataThreads,
    Map<String, String> nodeSelector,
    List<TolerationSpec> tolerations) {

  public Profile {
    peakFlops = Map.copyOf(peakFlops);
    gpuResourceName = gpuResourceName == null ? "" : gpuResourceName;
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
  }

  /**
   * What each of several ranks has: a GPU is a rank's own; without GPUs all ranks of a run share
   * one processor, its threads, its memory and its peak.
   */
  Profile ofRanks(int ranks) {
    if (ranks == 1 || gpusPerNode > 0) {
      return this;
    }
    Map<String, Double> peaks = new HashMap<>(peakFlops);
    peaks.replaceAll((_, flops) -> flops / ranks);
    return new Profile(
        name,
        "1/%d of %s".formatted(ranks, device),
        gpusPerNode,
        memoryBytesPerDevice / ranks,
        peaks,
        gpuResourceName,
        cpu,
        memory,
        Math.max(1, threads / ranks),
        Math.max(1, dataThreads / ranks),
        nodeSelector,
        tolerations);
  }

  /** FLOP/s of one device; those in fp32, which every profile has, where it lacks the precision. */
  public double flops(Precision precision) {
    return peakFlops.getOrDefault(word(precision), peakFlops.get("fp32"));
  }

  /** As people write it: fp32. */
  public static String word(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }
}
