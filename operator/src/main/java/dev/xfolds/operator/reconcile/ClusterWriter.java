package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.desired.Placement;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Wait;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Every write to the cluster but that of status. Each one may be repeated: an operator that was
 * stopped after any of them does it again and nothing happens.
 */
final class ClusterWriter {
  private static final Set<Integer> REFUSALS =
      Set.of(HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_FORBIDDEN, 422);

  /** Kubernetes reads no other number of digits. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final PatchContext MERGE_LISTS =
      new PatchContext.Builder()
          .withPatchType(PatchType.STRATEGIC_MERGE)
          .withFieldManager(RunNames.MANAGER)
          .build();

  private static final String TRAINING_RUN = HasMetadata.getKind(TrainingRun.class);

  private final KubernetesClient client;
  private final Queues queues;
  private final Deletions deletions;

  ClusterWriter(KubernetesClient client, Queues queues) {
    this.client = client;
    this.queues = queues;
    this.deletions = new Deletions(client);
  }

  /** Makes an object of a run what it should be, whoever changed or deleted it. */
  void apply(HasMetadata object) {
    client.resource(object).fieldManager(RunNames.MANAGER).forceConflicts().serverSideApply();
  }

  /**
   * Makes an object of a run that begins. What a run before it of the same name has left goes
   * first; the garbage collector would take it soon.
   *
   * @return false if the run has it already
   * @throws Refusal if there is one of its name that no run has
   */
  boolean begin(RunNames names, HasMetadata object) {
    if (create(object)) {
      return true;
    }
    Optional<GenericKubernetesResource> there = deletions.look(object);
    if (there.isPresent() && !isOfARun(there.get())) {
      throw taken(object);
    }
    if (there.filter(one -> isOf(names, one)).isPresent()) {
      return false;
    }
    there.ifPresent(former -> deletions.exactly(object, former.getMetadata()));
    return create(object);
  }

  private static boolean isOf(RunNames names, HasMetadata object) {
    return object.hasOwnerReferenceFor(names.uid())
        || uidLabel(object).equals(Optional.of(names.uid()));
  }

  private static Optional<String> uidLabel(HasMetadata object) {
    return Optional.ofNullable(object.getMetadata().getLabels())
        .map(labels -> labels.get(RunNames.UID_LABEL));
  }

  static boolean isOfARun(HasMetadata object) {
    return uidLabel(object).isPresent()
        || object.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getKind().equals(TRAINING_RUN));
  }

  static Refusal taken(HasMetadata object) {
    return new Refusal(
        "%s %s/%s is there and is not of a run; delete it, or give the run another name"
            .formatted(
                object.getKind(),
                object.getMetadata().getNamespace(),
                object.getMetadata().getName()));
  }

  /**
   * Makes an object that is never changed as a whole.
   *
   * @return false if there is one of its name, which is kept
   */
  boolean create(HasMetadata object) {
    try {
      client.resource(object).create();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Tells a user what happened, once: an event of the same run and name is kept.
   *
   * @param run that the event is about
   */
  void tell(TrainingRun run, RunEvents.Told told, Instant at, String instance) {
    create(
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(run.getMetadata().getNamespace())
            .withName(RunEvents.name(run, told))
            .endMetadata()
            .withNewRegarding()
            .withApiVersion(run.getApiVersion())
            .withKind(run.getKind())
            .withNamespace(run.getMetadata().getNamespace())
            .withName(run.getMetadata().getName())
            .withUid(run.getMetadata().getUid())
            .endRegarding()
            .withType(told.warning() ? "Warning" : "Normal")
            .withReason(told.reason())
            .withNote(told.note())
            .withAction("Reconcile")
            .withReportingController("xfolds.dev/operator")
            .withReportingInstance(instance)
            .withEventTime(new MicroTime(MICROS.format(at)))
            .build());
  }

  void suspend(RunNames names, int job) {
    patch(names, job, "{\"spec\":{\"suspend\":true}}");
  }

  /**
   * Lets a Job have pods again; they belong to another attempt than its pods before. The template
   * of a suspended Job may change only while its status has no start, and Kubernetes leaves the old
   * one there.
   */
  void resume(RunNames names, int job, int attempt) {
    client
        .resources(Job.class)
        .inNamespace(names.namespace())
        .withName(names.trainerJob(job))
        .subresource("status")
        .patch(Patches.MERGE, "{\"status\":{\"startTime\":null}}");
    patch(
        names,
        job,
        """
        {"spec":{"suspend":false,"template":{"metadata":{"annotations":{"%s":"%d"}}}}}"""
            .formatted(RunNames.ATTEMPT_ANNOTATION, attempt));
  }

  /** Tells Kueue whether it may run a Job. */
  void activate(RunNames names, String workload, boolean active) {
    client
        .genericKubernetesResources(queues.definition().orElseThrow())
        .inNamespace(names.namespace())
        .withName(workload)
        .patch(Patches.MERGE, active ? Queues.release() : Queues.hold());
  }

  /** Gives a pod its attempt and lets it start; one that has changed meanwhile is left alone. */
  void admit(Pod pod, int attempt) {
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .patch(
              MERGE_LISTS,
              """
              {"metadata":{"resourceVersion":"%s","annotations":{"%s":"%d"}},
               "spec":{"schedulingGates":[{"$patch":"delete","name":"%s"}]}}"""
                  .formatted(
                      pod.getMetadata().getResourceVersion(),
                      RunNames.ATTEMPT_ANNOTATION,
                      attempt,
                      Placement.GATE));
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
          && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  void deleteJob(RunNames names, int number) {
    delete(names, Job.class, names.trainerJob(number));
  }

  /**
   * Deletes an object of this very run and what it owns; one that is not there, or is another
   * run's, is no fault.
   */
  void delete(RunNames names, Class<? extends HasMetadata> type, String name) {
    deletions.ofRun(names, type, name);
  }

  /** Whether the object is there and is this very run's. */
  boolean has(RunNames names, Class<? extends HasMetadata> type, String name) {
    return deletions
        .look(type, names.namespace(), name)
        .filter(object -> object.hasOwnerReferenceFor(names.uid()))
        .isPresent();
  }

  void deletePod(Pod pod) {
    deletions.exactly(pod);
  }

  /** Takes a pod out of the API that its node will never confirm to have ended. */
  void deletePodOfLostNode(Pod pod) {
    deletions.now(pod);
  }

  /** Asks whether the API server would take an object now; nothing is made. */
  void pretend(HasMetadata object) {
    client.resource(object).dryRun().create();
  }

  /**
   * Does writes that the API server may refuse: for a quota, a policy, or a value that it does not
   * take. Asking again at once would not help, and a user has to know.
   */
  Optional<Wait> refusal(String who, Runnable writes) {
    try {
      writes.run();
      return Optional.empty();
    } catch (Refusal e) {
      return Optional.of(Wait.refused(who, e.getMessage()));
    } catch (KubernetesClientException e) {
      if (!REFUSALS.contains(e.getCode()) && !isOfAWebhook(e)) {
        throw e;
      }
      return Optional.of(Wait.refused(who, words(e)));
    }
  }

  /** What the API server said, if it said anything. */
  static String words(KubernetesClientException e) {
    String words = e.getStatus() == null ? null : e.getStatus().getMessage();
    return words == null ? String.valueOf(e.getMessage()) : words;
  }

  /** Somebody's webhook that does not answer is an internal error of the API server. */
  private static boolean isOfAWebhook(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_INTERNAL_ERROR
        && e.getMessage() != null
        && e.getMessage().contains("webhook");
  }

  private void patch(RunNames names, int job, String patch) {
    client
        .resources(Job.class)
        .inNamespace(names.namespace())
        .withName(names.trainerJob(job))
        .patch(Patches.MERGE, patch);
  }
}
