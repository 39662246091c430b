package dev.xfolds.operator.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Plays Kueue in one namespace: one Job at a time, by creation. It does to Jobs and Workloads what
 * Kueue does, in its order: makes a Workload for each Job with the label, at admission sets the
 * node selector and resumes the Job in one patch, resumes an admitted Job that somebody else
 * suspends, takes a Job back by suspending it, emptying its start and restoring its template.
 * Source of the order: pkg/controller/jobframework/reconciler.go and pkg/controller/jobs/job of
 * kubernetes-sigs/kueue.
 */
final class PlayedQueue implements TestQueue {
  private static final String LABEL = "kueue.x-k8s.io/queue-name";
  private static final String WAITING = "waits for its turn";
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private final KubernetesClient client;
  private final String namespace;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final ScheduledFuture<?> playing;
  private Optional<String> admitted = Optional.empty();
  private boolean open;
  private int undone;
  private Optional<RuntimeException> failure = Optional.empty();

  PlayedQueue(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    playing = thread.scheduleWithFixedDelay(this::play, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void open() {
    open = true;
  }

  @Override
  public synchronized void preempt() {
    open = false;
    admitted.ifPresent(job -> take(job, "Preempted to accommodate a workload of higher priority"));
  }

  @Override
  public String waiting() {
    return WAITING;
  }

  @Override
  public String taken() {
    return "Preempted to accommodate";
  }

  /** How often somebody else suspended an admitted Job, or resumed one that was not. */
  synchronized int undone() {
    failure.ifPresent(
        broken -> {
          throw new IllegalStateException("the played queue broke", broken);
        });
    return undone;
  }

  @Override
  public GenericKubernetesResource workload(String job) {
    return workloads(job).get();
  }

  @Override
  public void close() {
    playing.cancel(true);
    thread.shutdownNow();
  }

  private synchronized void play() {
    try {
      List<Job> jobs =
          client
              .batch()
              .v1()
              .jobs()
              .inNamespace(namespace)
              .withLabel(LABEL, QUEUE)
              .list()
              .getItems()
              .stream()
              .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
              .sorted(
                  Comparator.comparing((Job job) -> job.getMetadata().getCreationTimestamp())
                      .thenComparing(RunSpace::name))
              .toList();
      jobs.forEach(this::look);
      admitted =
          admitted.filter(name -> jobs.stream().anyMatch(job -> RunSpace.name(job).equals(name)));
      if (open && admitted.isEmpty()) {
        jobs.stream()
            .filter(job -> !isFinished(job) && isActive(RunSpace.name(job)))
            .findFirst()
            .ifPresent(job -> admit(RunSpace.name(job)));
      }
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  private void look(Job job) {
    String name = RunSpace.name(job);
    boolean isAdmitted = admitted.filter(name::equals).isPresent();
    boolean suspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
    if (workload(name) == null) {
      make(job);
    }
    if (isFinished(job)) {
      admitted = admitted.filter(one -> !one.equals(name));
    } else if (isAdmitted && !isActive(name)) {
      take(name, "The workload is deactivated");
    } else if (isAdmitted && suspended) {
      undone++;
      jobs(name).patch(MERGE, "{\"spec\":{\"suspend\":false}}");
    } else if (!isAdmitted && !suspended) {
      undone++;
      take(name, "Not admitted by cluster queue");
    }
  }

  private void make(Job job) {
    client
        .genericKubernetesResources(WORKLOAD)
        .inNamespace(namespace)
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("kueue.x-k8s.io/v1beta1")
                .withKind("Workload")
                .withNewMetadata()
                .withName(workloadName(RunSpace.name(job)))
                .withNamespace(namespace)
                .withLabels(Map.of("kueue.x-k8s.io/job-uid", job.getMetadata().getUid()))
                .withOwnerReferences(
                    new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName(RunSpace.name(job))
                        .withUid(job.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .addToAdditionalProperties("spec", Map.of("queueName", QUEUE))
                .build())
        .create();
    tell(RunSpace.name(job), false, "Pending", WAITING);
  }

  private void admit(String job) {
    tell(job, true, "QuotaReserved", "Quota reserved in ClusterQueue played");
    jobs(job)
        .patch(
            MERGE,
            """
            {"spec":{"suspend":false,"template":{"spec":{"nodeSelector":{"kubernetes.io/os":"linux"}}}}}""");
    admitted = Optional.of(job);
  }

  private void take(String job, String why) {
    jobs(job).patch(MERGE, "{\"spec\":{\"suspend\":true}}");
    jobs(job).subresource("status").patch(MERGE, "{\"status\":{\"startTime\":null}}");
    jobs(job)
        .patch(
            MERGE,
            """
            {"spec":{"template":{"spec":{"nodeSelector":null}}}}""");
    tell(job, false, "Pending", why);
    admitted = Optional.empty();
  }

  private void tell(String job, boolean reserved, String reason, String message) {
    workloads(job)
        .subresource("status")
        .patch(
            MERGE,
            """
            {"status":{"conditions":[{"type":"QuotaReserved","status":"%s","reason":"%s","message":"%s"}]}}"""
                .formatted(reserved ? "True" : "False", reason, message));
  }

  private boolean isActive(String job) {
    return !Boolean.FALSE.equals(workload(job).get("spec", "active"));
  }

  private static boolean isFinished(Job job) {
    return job.getStatus().getConditions().stream()
        .anyMatch(
            condition ->
                (condition.getType().equals("Complete") || condition.getType().equals("Failed"))
                    && condition.getStatus().equals("True"));
  }

  private Resource<Job> jobs(String name) {
    return client.resources(Job.class).inNamespace(namespace).withName(name);
  }

  private Resource<GenericKubernetesResource> workloads(String job) {
    return client
        .genericKubernetesResources(WORKLOAD)
        .inNamespace(namespace)
        .withName(workloadName(job));
  }

  private static String workloadName(String job) {
    return "job-" + job;
  }
}
