package dev.xfolds.operator.observe;

/** A pod, as its probes and its process show it. */
public enum PodState {
  ABSENT,
  STARTING,
  READY,
  NOT_READY,
  ENDED
}
