package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** What a worker gets. */
public record ResourcesSpec(
    @JsonPropertyDescription(
            "Hardware: local-cpu, dgx1-v100-okd46, a100, h100. Default: local-cpu.")
        @Size(min = 1, max = 40)
        @Pattern("^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$")
        String profile,
    @JsonPropertyDescription(
            "Ranks in the pod of a worker, a process each, so that parallelism.workers x gpusPerWorker train together. With a profile that has GPUs the pod asks for as many, one for each rank, at most those of a node; without GPUs the ranks share what the pod has. Default: 1.")
        @Min(1)
        @Max(16)
        Integer gpusPerWorker,
    @JsonPropertyDescription(
            "Processors that are requested, as a Kubernetes quantity. Default: that of the profile.")
        @Size(min = 1, max = 20)
        @Pattern("^([0-9]+(\\.[0-9]+)?m?)$")
        String cpu,
    @JsonPropertyDescription("As a Kubernetes quantity. Default: from the plan's bytes per rank.")
        @Size(min = 1, max = 20)
        @Pattern("^([0-9]+(\\.[0-9]+)?([KMGT]i?|k)?)$")
        String memory) {}
