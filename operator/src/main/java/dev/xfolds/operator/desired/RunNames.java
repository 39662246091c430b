package dev.xfolds.operator.desired;

import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Names and labels of a run's objects.
 *
 * @param namespace of the TrainingRun and of all its objects
 * @param run name of the TrainingRun, at most 40 characters
 * @param uid of the TrainingRun
 */
public record RunNames(String namespace, String run, String uid) {
  public static final String RUN_LABEL = "xfolds.dev/run";
  public static final String UID_LABEL = "xfolds.dev/run-uid";
  public static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  public static final String ATTEMPT_ANNOTATION = "xfolds.dev/attempt";
  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  public static final String MANAGER = "xfolds-operator";
  public static final String TRAINER = "trainer";
  public static final String EVALUATOR = "evaluator";

  public static RunNames of(RunPlan plan) {
    return new RunNames(plan.getNamespace(), plan.getName(), plan.getUid());
  }

  /**
   * Has a part of the uid in its name: a kubelet reads an immutable ConfigMap once, and the pods of
   * a run that was applied anew would get the plan of the one before.
   */
  public String planConfigMap() {
    return uid.isEmpty() ? formerPlanConfigMap() : run + "-plan-" + uid.split("-", 2)[0];
  }

  /** As operators before 2026-12 named it. */
  public String formerPlanConfigMap() {
    return run + "-plan";
  }

  /** The number of an attempt or a Job; empty if it is none that an operator gives. */
  public static OptionalInt number(String text) {
    return text.matches("[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  public String tlsSecret(String component) {
    return run + "-" + component + "-tls";
  }

  /** The Service of a component, which is also the host that others call. */
  public String service(String component) {
    return run + "-" + component;
  }

  public String trainerJob(int number) {
    return run + "-trainer-" + number;
  }

  /**
   * Host of a worker's pod within the namespace: Kubernetes names the pods of an Indexed Job so
   * below their headless Service, whichever pod of the worker it is.
   */
  public String workerHost(int job, int worker) {
    return trainerJob(job) + "-" + worker + "." + service(TRAINER);
  }

  public String evaluatorPod() {
    return run + "-evaluator";
  }

  /**
   * DNS names of a component's Service; the pods of the headless one have names of their own below
   * it.
   */
  public List<String> dnsNames(String component) {
    String service = service(component);
    String full = service + "." + namespace + ".svc";
    return component.equals(TRAINER)
        ? List.of(service, full, "*." + service, "*." + full)
        : List.of(service, full);
  }

  Map<String, String> labels(String component) {
    return Map.of(
        "app.kubernetes.io/name",
        "xfolds",
        MANAGED_BY_LABEL,
        MANAGER,
        COMPONENT_LABEL,
        component,
        RUN_LABEL,
        run,
        UID_LABEL,
        uid);
  }

  Map<String, String> selector(String component) {
    return Map.of(COMPONENT_LABEL, component, RUN_LABEL, run);
  }

  ObjectMetaBuilder metadata(String name, String component) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace)
        .withName(name)
        .withLabels(labels(component))
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion("xfolds.dev/v1alpha1")
                .withKind("TrainingRun")
                .withName(run)
                .withUid(uid)
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build());
  }
}
