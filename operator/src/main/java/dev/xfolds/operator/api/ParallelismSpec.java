package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** How a step is shared out to processes, and what each holds in memory. */
public record ParallelismSpec(
    @JsonPropertyDescription(
            "Pods that train together, each with resources.gpusPerWorker ranks, which are processes; each rank passes batchSize / gradientAccumulation / ranks samples through at once, so that batchSize must be a multiple of workers x gpusPerWorker x gradientAccumulation. The loss is that of the whole batch. Default: 1.")
        @Min(1)
        @Max(64)
        Integer workers,
    @JsonPropertyDescription(
            "none: optimizer state and gradients are whole on every rank. zero1: each rank has an equal share of the optimizer's state, and moves that share of the weights. zero2: each has that share of the gradients too, which ranks exchange during the backward pass, once for each part of an accumulated batch. The steps are the same but for last digits, and a run may go on with another choice. Needs workers to save anything. Default: none.")
        Sharding sharding,
    @JsonPropertyDescription(
            "blocks: of each transformer block the forward pass keeps the input alone, and the backward pass computes the rest anew. The numbers are the same, activations take a fraction of the memory, a step about a third more time, which FLOPs and PF-days do not count. none: everything is kept. Default: none.")
        ActivationCheckpointing activationCheckpointing) {}
