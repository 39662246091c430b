package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** When the run may use its hardware. */
public record SchedulingSpec(
    @JsonPropertyDescription(
            "true: the run writes a checkpoint, frees its hardware and waits until this is false again.")
        Boolean suspend,
    @JsonPropertyDescription(
            "The run trains only within these; between them it has a checkpoint and no hardware. Windows may overlap. Default: always.")
        @Size(max = 64)
        List<WindowSpec> windows,
    @JsonPropertyDescription(
            "Without a queue: seconds from the attempt's first pod in which all trainer pods must have a node; if only some have, they give it back and the run tries again later. Default: 600.")
        @Min(10)
        @Max(86400)
        Integer gangTimeoutSeconds,
    @JsonPropertyDescription(
            "LocalQueue of Kueue in the run's namespace, which then says when the run starts and when it is preempted. Default: none, pods are made at once.")
        @Size(min = 1, max = 63)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String queue,
    @JsonPropertyDescription(
            "With a queue: WorkloadPriorityClass. Without: PriorityClass of the trainer pods. A change holds from the next trainer Job on.")
        @Size(min = 1, max = 63)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String priorityClass) {

  /** Absent collections are empty. */
  public SchedulingSpec {
    windows = Lists.copy(windows);
  }
}
