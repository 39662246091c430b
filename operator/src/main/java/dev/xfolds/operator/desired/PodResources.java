package dev.xfolds.operator.desired;

/**
 * What one pod asks for.
 *
 * @param cpu Kubernetes quantity, for example {@code 2} or {@code 500m}; empty: no request
 * @param memory Kubernetes quantity, request and limit; empty: derived from the plan
 * @param gpus GPUs of the pod, 0 without
 * @param gpuResourceName for example {@code nvidia.com/gpu}; unused without GPUs
 */
public record PodResources(String cpu, String memory, int gpus, String gpuResourceName) {}
