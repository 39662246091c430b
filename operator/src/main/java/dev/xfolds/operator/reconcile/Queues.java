package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.SchedulingSpec;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.QueueView;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kueue's Workloads of the runs' Jobs. Whether the cluster has Kueue is asked once, when the
 * operator starts.
 */
final class Queues {
  static final String GROUP = "kueue.x-k8s.io";

  /**
   * On a Workload that the operator deactivated. Kueue and administrators deactivate Workloads too,
   * and Kueue's reason of an eviction does not tell an administrator from the operator.
   */
  private static final String HELD_ANNOTATION = "xfolds.dev/held";

  private static final String KIND = "Workload";
  private static final Pattern JOB = Pattern.compile("(.+)-trainer-[0-9]+");

  private final Optional<String> version;

  private Queues(Optional<String> version) {
    this.version = version;
  }

  /** Asks the cluster which version of Workloads it has; the one that it prefers is used. */
  static Queues discover(KubernetesClient client) {
    APIGroup group = client.getApiGroup(GROUP);
    Stream<String> versions =
        group == null
            ? Stream.empty()
            : Stream.concat(Stream.of(group.getPreferredVersion()), group.getVersions().stream())
                .map(GroupVersionForDiscovery::getVersion);
    return new Queues(
        versions
            .filter(
                version ->
                    client.getApiResources(GROUP + "/" + version).getResources().stream()
                        .anyMatch(resource -> resource.getKind().equals(KIND)))
            .findFirst());
  }

  /** What a write to a Workload needs to know; empty without Kueue. */
  Optional<ResourceDefinitionContext> definition() {
    return version.map(
        one ->
            new ResourceDefinitionContext.Builder()
                .withGroup(GROUP)
                .withVersion(one)
                .withKind(KIND)
                .withPlural("workloads")
                .withNamespaced(true)
                .build());
  }

  /** Merge patch by which the operator forbids Kueue to admit a Workload. */
  static String hold() {
    return """
        {"metadata":{"annotations":{"%s":"true"}},"spec":{"active":false}}"""
        .formatted(HELD_ANNOTATION);
  }

  /** Merge patch that takes {@link #hold} back. */
  static String release() {
    return """
        {"metadata":{"annotations":{"%s":null}},"spec":{"active":true}}"""
        .formatted(HELD_ANNOTATION);
  }

  /** Wakes a run when its Workload changes. */
  Optional<EventSource<?, TrainingRun>> source(EventSourceContext<TrainingRun> context) {
    return version.map(
        one ->
            new InformerEventSource<>(
                InformerEventSourceConfiguration.from(
                        new GroupVersionKind(GROUP, one, KIND), TrainingRun.class)
                    .withName("workloads")
                    .withLabelSelector("kueue.x-k8s.io/job-uid")
                    .withSecondaryToPrimaryMapper(Queues::run)
                    .build(),
                context));
  }

  /**
   * Where a run stands; empty if it names no queue.
   *
   * @param job number of its newest Job, 0 if there is none
   */
  Optional<QueueView> view(TrainingRun run, RunNames names, int job, Context<TrainingRun> context) {
    SchedulingSpec scheduling = run.getSpec().scheduling();
    if (scheduling == null || scheduling.queue() == null) {
      return Optional.empty();
    }
    Stream<GenericKubernetesResource> workloads =
        version.isEmpty()
            ? Stream.empty()
            : context.getSecondaryResourcesAsStream(GenericKubernetesResource.class);
    Optional<String> uid = Views.jobUid(names, job, context);
    return Optional.of(
        new QueueView(
            scheduling.queue(),
            version.isPresent(),
            uid.flatMap(one -> of(workloads, one)).map(Queues::workload)));
  }

  /** The Workload of a Job, by the Job's uid: one of its name before may still be there. */
  static Optional<GenericKubernetesResource> of(
      Stream<GenericKubernetesResource> workloads, String jobUid) {
    return workloads
        .filter(workload -> workload.getMetadata().getDeletionTimestamp() == null)
        .filter(workload -> jobs(workload).anyMatch(job -> jobUid.equals(job.getUid())))
        .findFirst();
  }

  static QueueView.Workload workload(GenericKubernetesResource workload) {
    Optional<Map<String, Object>> reserved = condition(workload, "QuotaReserved");
    Map<String, String> annotations = workload.getMetadata().getAnnotations();
    return new QueueView.Workload(
        workload.getMetadata().getName(),
        !Boolean.FALSE.equals(workload.get("spec", "active")),
        annotations != null && annotations.containsKey(HELD_ANNOTATION),
        reserved.filter(Queues::isTrue).isPresent(),
        reserved.map(condition -> text(condition, "reason")).orElse("Pending"),
        reserved.map(condition -> text(condition, "message")).orElse("Kueue has not said anything"),
        condition(workload, "Evicted")
            .filter(Queues::isTrue)
            .map(condition -> text(condition, "reason") + ": " + text(condition, "message")));
  }

  private static Optional<Map<String, Object>> condition(
      GenericKubernetesResource workload, String type) {
    List<Map<String, Object>> conditions = workload.get("status", "conditions");
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(condition -> type.equals(condition.get("type"))).findFirst();
  }

  private static boolean isTrue(Map<String, Object> condition) {
    return "True".equals(condition.get("status"));
  }

  private static String text(Map<String, Object> condition, String field) {
    return String.valueOf(condition.getOrDefault(field, ""));
  }

  /** Whom a Workload may be about. A name is enough to look. */
  private static Set<ResourceID> run(GenericKubernetesResource workload) {
    return jobs(workload)
        .map(OwnerReference::getName)
        .map(JOB::matcher)
        .filter(Matcher::matches)
        .map(name -> new ResourceID(name.group(1), workload.getMetadata().getNamespace()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<OwnerReference> jobs(GenericKubernetesResource workload) {
    return workload.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("Job"));
  }
}
