package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.DesiredState;
import dev.xfolds.operator.desired.Placement;
import dev.xfolds.operator.desired.RunChildren;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.desired.RunSettings;
import dev.xfolds.operator.desired.TrainerJob;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.PodWaits;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.observe.WaitCause;
import dev.xfolds.operator.plan.Profile;
import dev.xfolds.operator.plan.Profiles;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the cluster have what a decision says. */
final class ObjectKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectKeeper.class);

  /**
   * Objects that nobody watches are written again this often, and before an evaluator is made:
   * whoever deletes objects deletes the evaluator with them. In a burst of runs an evaluator takes
   * minutes to be ready; more often would write everything twice before the trainers start.
   */
  private static final Duration EVERY = Duration.ofMinutes(3);

  /** What was refused once is asked for again after this. */
  static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

  private final ClusterWriter writer;
  private final ClusterSettings cluster;
  private final RunSecrets secrets;
  private final PlanKeeper plans;
  private final Clock clock;
  private final String instance;
  private final Map<String, Instant> written = new ConcurrentHashMap<>();

  /** Runs of which this process knows that nothing is left to remove. */
  private final Set<String> removed = ConcurrentHashMap.newKeySet();

  ObjectKeeper(
      ClusterWriter writer,
      ClusterSettings cluster,
      RunSecrets secrets,
      PlanKeeper plans,
      Clock clock,
      String instance) {
    this.writer = writer;
    this.cluster = cluster;
    this.secrets = secrets;
    this.plans = plans;
    this.clock = clock;
    this.instance = instance;
  }

  /**
   * Carries out a decision; every write of it may have been done before.
   *
   * @return what the API server refused, in its words
   */
  Optional<Wait> carryOut(RunPlan plan, TrainingRunSpec spec, RunView view, Decision decision) {
    return writer.refusal(Wait.OPERATOR, () -> write(plan, spec, view, decision));
  }

  /** Why a Job has no pods, or not all: the API server is asked whether it would take one. */
  Optional<Wait> podless(Job job) {
    Pod pod =
        new PodBuilder()
            .withMetadata(job.getSpec().getTemplate().getMetadata())
            .editMetadata()
            .withNamespace(job.getMetadata().getNamespace())
            .withName(job.getMetadata().getName() + "-dry-run")
            .endMetadata()
            .withSpec(job.getSpec().getTemplate().getSpec())
            .build();
    return writer
        .refusal(RunNames.TRAINER, () -> writer.pretend(pod))
        .or(
            () ->
                Optional.of(
                    new Wait(
                        WaitCause.NO_PODS,
                        RunNames.TRAINER,
                        "Job %s has had %s since %s"
                            .formatted(
                                job.getMetadata().getName(),
                                JobFacts.pods(job) == 0
                                    ? "no pod"
                                    : "%d of %d pods"
                                        .formatted(JobFacts.pods(job), JobFacts.wanted(job)),
                                job.getStatus().getStartTime()))));
  }

  private void write(RunPlan plan, TrainingRunSpec spec, RunView view, Decision decision) {
    RunNames names = RunNames.of(plan);
    Optional<JobAction> stop = decision.job().filter(ObjectKeeper::stops);
    stop.ifPresent(action -> stop(names, action));
    boolean evaluatorAbsent = view.evaluator().isEmpty() && plan.getEvaluationsCount() > 0;
    boolean makesTrainers = decision.job().filter(ObjectKeeper::makesPods).isPresent();
    boolean makesEvaluator = decision.evaluator() && evaluatorAbsent;
    if (makesEvaluator || ((makesTrainers || decision.evaluator()) && isDue(names))) {
      Optional<Pod> evaluator = write(plan, spec, view);
      evaluator.filter(_ -> makesEvaluator).ifPresent(pod -> writer.begin(names, pod));
    }
    view.evaluator().filter(pod -> isToGo(pod, decision)).ifPresent(writer::deletePod);
    view.evaluator()
        .filter(pod -> PodWaits.overdue(pod, clock.instant()))
        .ifPresent(writer::deletePodOfLostNode);
    if (stop.isEmpty()) {
      decision.job().ifPresent(action -> change(plan, spec, names, view, action));
    }
  }

  /** Takes a Job's pods away. */
  void stop(RunNames names, JobAction action) {
    switch (action) {
      case JobAction.Suspend(int number) -> writer.suspend(names, number);
      case JobAction.Hold(String workload) -> writer.activate(names, workload, false);
      default -> throw new IllegalArgumentException(action + " stops nothing");
    }
  }

  /** Deletes an evaluator that nobody needs. */
  void drop(Pod evaluator) {
    if (evaluator.getMetadata().getDeletionTimestamp() == null) {
      writer.deletePod(evaluator);
    }
  }

  /** Tells what happened between two statuses. */
  void tell(TrainingRun run, TrainingRunStatus now) {
    RunEvents.between(Optional.ofNullable(run.getStatus()), now).forEach(told -> tell(run, told));
  }

  /** An event that the cluster does not take keeps nothing else from being written. */
  private void tell(TrainingRun run, RunEvents.Told told) {
    try {
      writer.tell(run, told, clock.instant(), instance);
    } catch (KubernetesClientException e) {
      LOG.warn(
          "event {} of {}/{} was refused: {}",
          told.reason(),
          run.getMetadata().getNamespace(),
          run.getMetadata().getName(),
          e.getMessage());
    }
  }

  /**
   * Removes everything that a run had, what proves that something is left last: {@link
   * RunChildren#proofs} and its Jobs.
   *
   * @param jobs that are there
   */
  void removeAll(RunNames names, TrainingRunStatus status, List<String> jobs) {
    boolean planned = status.model() != null;
    if (jobs.isEmpty() && (!planned || removed.contains(names.uid()))) {
      return;
    }
    if (!jobs.isEmpty()
        || RunChildren.proofs(names).stream()
            .anyMatch(proof -> writer.has(names, proof.type(), proof.name()))) {
      RunChildren.of(names).forEach(child -> writer.delete(names, child.type(), child.name()));
      jobs.forEach(job -> writer.delete(names, Job.class, job));
    }
    removed.add(names.uid());
  }

  /** A run is over, or does nothing for a while. */
  void rest(String uid) {
    written.remove(uid);
  }

  /** A run's TrainingRun is no more. */
  void forget(String uid) {
    rest(uid);
    removed.remove(uid);
  }

  private void change(
      RunPlan plan, TrainingRunSpec spec, RunNames names, RunView view, JobAction action) {
    switch (action) {
      case JobAction.Create(int number, int attempt) -> {
        if (number > 2) {
          writer.deleteJob(names, number - 2);
        }
        Job job = TrainerJob.of(plan, settings(plan, spec), number, attempt);
        writer.begin(names, Placement.of(job, spec.scheduling()));
      }
      case JobAction.Suspend _, JobAction.Hold _ -> stop(names, action);
      case JobAction.Resume(int number, int attempt) -> writer.resume(names, number, attempt);
      case JobAction.Release(String workload) -> writer.activate(names, workload, true);
      case JobAction.Admit(int attempt) ->
          QueuedRun.held(view).forEach(pod -> writer.admit(pod, attempt));
    }
  }

  /** What must not wait for anything that could be refused. */
  private static boolean stops(JobAction action) {
    return action instanceof JobAction.Suspend || action instanceof JobAction.Hold;
  }

  private static boolean makesPods(JobAction action) {
    return switch (action) {
      case JobAction.Create _, JobAction.Resume _, JobAction.Admit _ -> true;
      case JobAction.Suspend _, JobAction.Hold _, JobAction.Release _ -> false;
    };
  }

  /**
   * An evaluator that nobody needs, or one that its node gave up. That of a run that is over goes
   * when its end is in status: an operator that was stopped in between would need it again.
   */
  private static boolean isToGo(Pod pod, Decision decision) {
    boolean over =
        decision.verdict() instanceof Verdict.Succeeded
            || decision.verdict() instanceof Verdict.Failed;
    boolean ended = PodFacts.state(pod) == PodState.ENDED;
    return pod.getMetadata().getDeletionTimestamp() == null
        && !over
        && (!decision.evaluator() || ended);
  }

  private boolean isDue(RunNames names) {
    Instant last = written.get(names.uid());
    return last == null || clock.instant().isAfter(last.plus(EVERY));
  }

  /** Writes everything that a run's pods need, and gives the evaluator that would be made. */
  private Optional<Pod> write(RunPlan plan, TrainingRunSpec spec, RunView view) {
    RunNames names = RunNames.of(plan);
    Volumes.check(plan, cluster.evaluatorClaim());
    boolean unheld =
        view.job().isEmpty() && view.trainerPods().isEmpty() && view.evaluator().isEmpty();
    RunSecrets.Issued issued = unheld ? secrets.first(names) : secrets.of(names);
    boolean begins = unheld && !written.containsKey(names.uid());
    RunObjects objects = objects(plan, spec);
    for (HasMetadata object : objects.inOrder()) {
      switch (object) {
        case Pod _ -> {}
        case ConfigMap map -> plans.begin(plan, map);
        case Secret secret -> keep(names, labelled(secret, issued), begins);
        default -> keep(names, object, begins);
      }
    }
    written.put(names.uid(), clock.instant());
    return objects.evaluator();
  }

  /** A good Secret stays: an operator that wrote it anew each time it starts would never end. */
  private void keep(RunNames names, HasMetadata object, boolean begins) {
    boolean made = begins && writer.begin(names, object);
    boolean good = object instanceof Secret secret && !made && !secrets.toBeWritten(names, secret);
    if (!made && !good) {
      writer.apply(object);
    }
  }

  private static Secret labelled(Secret secret, RunSecrets.Issued issued) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addToAnnotations(RunSecrets.RENEW_ANNOTATION, issued.renewAt().toString())
        .addToAnnotations(RunSecrets.AUTHORITY_ANNOTATION, issued.authority())
        .endMetadata()
        .build();
  }

  private RunObjects objects(RunPlan plan, TrainingRunSpec spec) {
    return DesiredState.of(
        plan, secrets.of(RunNames.of(plan)).certificates(), settings(plan, spec));
  }

  private ClusterSettings settings(RunPlan plan, TrainingRunSpec spec) {
    String name = plan.getCost().getHardware().getProfile();
    Profile profile =
        Profiles.find(name).orElseGet(() -> Profiles.find(Profiles.DEFAULT).orElseThrow());
    return RunSettings.of(cluster, spec, profile);
  }
}
