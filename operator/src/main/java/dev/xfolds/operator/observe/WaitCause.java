package dev.xfolds.operator.observe;

/** What keeps a pod from running, and what a user can do. */
public enum WaitCause {
  CLAIM_MISSING(
      "ClaimMissing",
      "make the claim in the run's namespace, or name another: in a new run, or that of stored answers by the operator's XFOLDS_EVALUATOR_CLAIM"),
  CLAIM_UNBOUND("ClaimUnbound", "give the claim a volume, or a storage class that makes one"),
  INSUFFICIENT_RESOURCES(
      "InsufficientResources",
      "wait for a node that has it free, or ask for less in spec.resources of a new run",
      "wait for a node that has it free, or lower the operator's XFOLDS_EVALUATOR_MEMORY"),
  UNSCHEDULABLE(
      "Unschedulable",
      "compare spec.pods.nodeSelector, spec.pods.tolerations and spec.resources.profile with the nodes"),
  SCHEDULING_GATED(
      "SchedulingGated",
      "nothing, if the gate is xfolds.dev/attempt: the operator takes it away when the evaluator is ready; else whoever set it has to"),
  IMAGE_PULL_FAILED(
      "ImagePullFailed",
      "check spec.pods.image, spec.pods.imagePullSecrets, and that the node reaches the registry",
      "check the operator's XFOLDS_EVALUATOR_IMAGE and XFOLDS_IMAGE_PULL_SECRETS, spec.pods.imagePullSecrets, and that the node reaches the registry"),
  CONTAINER_NOT_CREATED(
      "ContainerNotCreated", "mend what the kubelet names; it tries again by itself"),
  CONTAINER_CREATING(
      "ContainerCreating",
      "if it lasts for minutes, kubectl describe pod names the volume or the Secret"),
  CRASHING("Crashing", "read the log of the container; it is started again by itself"),
  NODE_LOST("NodeLost", "bring the node back or delete its Node; a pod elsewhere takes the place"),
  QUOTA_EXCEEDED(
      "QuotaExceeded",
      "free some of the quota, have it raised, or ask for less in spec.resources of a new run",
      "free some of the quota, have it raised, or lower the operator's XFOLDS_EVALUATOR_MEMORY"),
  REFUSED("Refused", "change what the API server names, in a new run or in the namespace"),
  NO_PODS(
      "NoPods",
      "if spec.parallelism of the Job was edited, delete the Job: another takes its place");

  private final String reason;
  private final String advice;
  private final String adviceOnEvaluator;

  WaitCause(String reason, String advice) {
    this(reason, advice, advice);
  }

  WaitCause(String reason, String advice, String adviceOnEvaluator) {
    this.reason = reason;
    this.advice = advice;
    this.adviceOnEvaluator = adviceOnEvaluator;
  }

  /** One CamelCase word. */
  public String reason() {
    return reason;
  }

  /** What can be done about a trainer's pod. */
  public String advice() {
    return advice;
  }

  /** The same about an evaluator's, of which the run's specification says less. */
  public String adviceOnEvaluator() {
    return adviceOnEvaluator;
  }
}
