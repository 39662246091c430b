package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.metrics.RunCollector;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts;
import dev.xfolds.operator.observe.Heard;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.QueueView;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.plan.WorldSize;
import dev.xfolds.operator.status.Statuses;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes a run one step further: looks at it, decides, writes what the decision says, and writes
 * status once.
 */
@GradualRetry(
    initialInterval = 1_000,
    intervalMultiplier = 2,
    maxInterval = 60_000,
    maxAttempts = Integer.MAX_VALUE)
@RateLimited(maxReconciliations = 1, within = 1) // seconds; what happens to pods comes in threes
@ControllerConfiguration(
    name = "trainingrun",
    fieldManager = RunNames.MANAGER,
    rateLimiter = LinearRateLimiter.class)
public final class TrainingRunReconciler implements Reconciler<TrainingRun> {
  private static final String BY_SOURCE = "by-source";

  /** A status that was just written does not call us again by itself. */
  private static final Duration LEAVES_AFTER = Duration.ofSeconds(1);

  /** Of a status that this pass had not seen: the cache shows it by then. */
  private static final Duration CAUGHT_UP_AFTER = Duration.ofSeconds(2);

  private static final String SELECTOR = RunNames.MANAGED_BY_LABEL + "=" + RunNames.MANAGER;

  private final PlanKeeper plans;
  private final ObjectKeeper objects;
  private final StatusWriter statuses;
  private final RunSecrets secrets;
  private final Conversations conversations;
  private final Queues queues;
  private final RunCollector metrics;
  private final Clock clock;
  private final RunSignals signals = new RunSignals(this::deleted);
  private PodSource pods;
  private IndexerResourceCache<TrainingRun> runs;

  TrainingRunReconciler(
      PlanKeeper plans,
      ObjectKeeper objects,
      StatusWriter statuses,
      RunSecrets secrets,
      Conversations conversations,
      Queues queues,
      RunCollector metrics,
      Clock clock) {
    this.plans = plans;
    this.objects = objects;
    this.statuses = statuses;
    this.secrets = secrets;
    this.conversations = conversations;
    this.queues = queues;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TrainingRun>> prepareEventSources(
      EventSourceContext<TrainingRun> context) {
    runs = context.getPrimaryCache();
    runs.addIndexer(
        BY_SOURCE, run -> InitFromCycle.source(run).map(name -> key(run, name)).stream().toList());
    metrics.keepWhile(
        numbers ->
            context
                .getPrimaryCache()
                .get(new ResourceID(numbers.run(), numbers.namespace()))
                .filter(run -> numbers.uid().equals(run.getMetadata().getUid()))
                .isPresent());
    conversations.wakeBy(
        names -> signals.propagateEvent(new ResourceID(names.run(), names.namespace())));
    pods =
        new PodSource(
            InformerEventSourceConfiguration.from(Pod.class, TrainingRun.class)
                .withName("pods")
                .withLabelSelector(SELECTOR)
                .withSecondaryToPrimaryMapper(pod -> owner(pod.getMetadata()))
                .build(),
            context,
            clock);
    InformerEventSource<Job, TrainingRun> jobs =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Job.class, TrainingRun.class)
                .withName("jobs")
                .withLabelSelector(SELECTOR)
                .withSecondaryToPrimaryMapper(job -> owner(job.getMetadata()))
                .build(),
            context);
    return Stream.concat(Stream.of(pods, jobs, signals), queues.source(context).stream()).toList();
  }

  @Override
  public UpdateControl<TrainingRun> reconcile(TrainingRun run, Context<TrainingRun> context) {
    if (run.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    UpdateControl<TrainingRun> control = pass(run, context);
    if (!isThere(run, context)) {
      forget(run.getMetadata().getUid()); // it was deleted during this pass
    }
    return control;
  }

  private UpdateControl<TrainingRun> pass(TrainingRun run, Context<TrainingRun> context) {
    Instant now = clock.instant();
    RunNames names =
        new RunNames(
            run.getMetadata().getNamespace(),
            run.getMetadata().getName(),
            run.getMetadata().getUid());
    Optional<TrainingRunStatus> before = Optional.ofNullable(run.getStatus());
    if (before.filter(Statuses::isTerminal).isPresent()) {
      return leave(run, names, now, context);
    }
    Admission.Outcome admission =
        plans
            .begun(names, before)
            .<Admission.Outcome>map(Admission.Outcome.Planned::new)
            .orElseGet(() -> Admission.of(run, name -> other(run, name, context)));
    return switch (admission) {
      case Admission.Outcome.NoPlan(Statuses.Unplanned why) -> {
        TrainingRunStatus status =
            Statuses.unplanned(
                Stops.late(run, why, now), run.getMetadata().getGeneration(), now, before);
        metrics.put(Numbers.of(run, status));
        yield write(run, status, Stops.untilDeadline(run, now), context);
      }
      case Admission.Outcome.Waiting(var plan, var warnings, String reason, String message) ->
          idle(run, plan, warnings, new Verdict.Waiting(reason, message), now, context);
      case Admission.Outcome.Hopeless(var plan, var warnings, String reason, String message) ->
          idle(run, plan, warnings, new Verdict.Failed(reason, message, true), now, context);
      case Admission.Outcome.Planned(RunPlan plan, var warnings) ->
          go(run, plan, warnings, names, now, context);
    };
  }

  /** A run that has not begun, or never will. */
  private UpdateControl<TrainingRun> idle(
      TrainingRun run,
      RunPlan plan,
      List<String> warnings,
      Verdict verdict,
      Instant now,
      Context<TrainingRun> context) {
    Verdict shown =
        verdict instanceof Verdict.Failed
            ? verdict
            : Stops.of(run, plan, Optional.empty(), now)
                .<Verdict>map(
                    stop ->
                        stop.forGood()
                            ? new Verdict.Failed(stop.reason(), stop.message(), false)
                            : new Verdict.Stopped(stop.reason(), stop.message()))
                .orElse(verdict);
    Observation seen =
        new Observation(
            plan,
            now,
            StatusMemory.attempts(run.getStatus()),
            StatusMemory.counts(run),
            Ranks.absent(WorldSize.of(plan).workers()),
            PodState.ABSENT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            shown,
            Optional.empty());
    return write(run, seen, Optional.of(warnings), Stops.until(run, plan, now), context);
  }

  private UpdateControl<TrainingRun> go(
      TrainingRun run,
      RunPlan plan,
      Optional<List<String>> warnings,
      RunNames names,
      Instant now,
      Context<TrainingRun> context) {
    RunView view = Views.of(names, context);
    int workers = WorldSize.of(plan).workers();
    Ranks ranks = view.trainers(workers);
    boolean answering = ranks.first() == PodState.READY || ranks.first() == PodState.NOT_READY;
    int job = view.job().map(RunView.JobView::number).orElse(0);
    List<Attempt> known = StatusMemory.attempts(run.getStatus());
    List<Attempts.TrainerPod> trainers =
        Views.trainerPods(view, pods.ended(names.uid(), known), now);
    Optional<Heard> heard =
        conversations.progress(
            names, progressHost(names, workers, job), answering, Heard.atTheEnd(trainers));
    Optional<RunProgress> progress = heard.map(Heard::progress);
    Optional<Situation.Stop> stop = Stops.of(run, plan, progress, now);
    Optional<QueueView> queue = queues.view(run, names, job, context);
    List<Attempt> updated = Attempts.update(known, trainers, now, !Stops.asked(stop, view, queue));
    List<Attempt> attempts =
        queue.isPresent()
            ? QueuedRun.preempted(known, updated, view)
            : Gang.giveUp(updated, view, workers, Gang.timeout(run.getSpec().scheduling()), now);
    Observation.Counts counts = StatusMemory.counts(run, known, attempts, view);
    boolean done = attempts.stream().anyMatch(Attempt::done);
    var reports = conversations.reports(names, view.evaluatorState() == PodState.READY, done);
    Decision decision =
        Decider.decide(
            new Situation(
                plan,
                now,
                view,
                attempts,
                counts.restarts(),
                counts.jobs(),
                stop,
                RestartPolicies.of(run.getSpec().failurePolicy()),
                reports,
                conversations.evaluatorSilentSince(names.uid()),
                conversations.reportsWantedSince(names.uid()),
                EvaluatorEnds.forGood(view, now),
                queue));
    Optional<Wait> refused =
        objects
            .carryOut(plan, run.getSpec(), view, decision)
            .or(() -> Views.podless(names, context, now).flatMap(objects::podless));
    if (!decision.evaluator() && view.trainerPods().isEmpty() && view.evaluator().isEmpty()) {
      rest(names.uid());
    }
    Observation seen =
        new Observation(
            plan,
            now,
            attempts,
            counts,
            ranks,
            view.evaluatorState(),
            refused.or(() -> conversations.refused(names.uid())).or(() -> view.waiting(now)),
            progress,
            heard.map(Heard::at),
            reports.orElse(List.of()),
            decision.verdict(),
            queue);
    return write(
        run,
        seen,
        warnings,
        Stream.concat(
                (refused.isPresent() ? Optional.of(ObjectKeeper.AFTER_REFUSAL) : decision.again())
                    .stream(),
                Stops.until(run, plan, now).stream())
            .min(Duration::compareTo),
        context);
  }

  /** The Service has the addresses of all workers, and rank 0 alone knows the progress. */
  private static String progressHost(RunNames names, int workers, int job) {
    return workers == 1 ? names.service(RunNames.TRAINER) : names.workerHost(job, 0);
  }

  /**
   * A run that is over: nothing of it works any more, nothing in memory is about it, and the cache
   * shows its end to those who waited for it.
   */
  private UpdateControl<TrainingRun> leave(
      TrainingRun run, RunNames names, Instant now, Context<TrainingRun> context) {
    RunView view = Views.of(names, context);
    view.job()
        .flatMap(
            job ->
                Decider.afterEnd(
                    run.getStatus(), job, queues.view(run, names, job.number(), context)))
        .ifPresent(stop -> objects.stop(names, stop));
    Optional<Duration> left = Expiry.left(run, now);
    if (left.filter(rest -> !rest.isPositive()).isPresent()) {
      objects.removeAll(names, run.getStatus(), Views.jobs(names, context));
    } else {
      view.evaluator().ifPresent(objects::drop);
    }
    end(names.uid());
    metrics.put(Numbers.of(run, run.getStatus()));
    wakeDependents(run);
    UpdateControl<TrainingRun> control = UpdateControl.noUpdate();
    left.filter(Duration::isPositive).ifPresent(control::rescheduleAfter);
    return control;
  }

  /** Of a run that has no pods and is to have none, no certificates and channels are kept. */
  private void rest(String uid) {
    objects.rest(uid);
    secrets.forget(uid);
    conversations.rest(uid);
  }

  /** Of a run that is over, status tells everything. */
  private void end(String uid) {
    rest(uid);
    plans.forget(uid);
    conversations.forget(uid);
    pods.forget(uid);
  }

  /** Of a run that is deleted, nothing. */
  private void forget(String uid) {
    end(uid);
    objects.forget(uid);
    metrics.remove(uid);
  }

  private UpdateControl<TrainingRun> write(
      TrainingRun run,
      Observation seen,
      Optional<List<String>> warnings,
      Optional<Duration> again,
      Context<TrainingRun> context) {
    TrainingRunStatus status = Statuses.of(seen, warnings, Optional.ofNullable(run.getStatus()));
    String uid = run.getMetadata().getUid();
    metrics.put(Numbers.of(run, status, seen, conversations.answers(uid)));
    return write(run, status, again, context);
  }

  private UpdateControl<TrainingRun> write(
      TrainingRun run,
      TrainingRunStatus status,
      Optional<Duration> again,
      Context<TrainingRun> context) {
    Optional<Duration> next = Statuses.isTerminal(status) ? Optional.of(LEAVES_AFTER) : again;
    if (!status.equals(run.getStatus()) && isThere(run, context)) {
      objects.tell(run, status);
      if (!statuses.write(run, status)) {
        next = Optional.of(CAUGHT_UP_AFTER);
      } else if (run.getStatus() == null) {
        wakeDependents(run);
      }
    }
    UpdateControl<TrainingRun> control = UpdateControl.noUpdate();
    next.ifPresent(control::rescheduleAfter);
    return control;
  }

  /** Whether it was not deleted since, nor another run made of its name. */
  private static boolean isThere(TrainingRun run, Context<TrainingRun> context) {
    return context
        .getPrimaryCache()
        .get(ResourceID.fromResource(run))
        .filter(now -> now.getMetadata().getUid().equals(run.getMetadata().getUid()))
        .isPresent();
  }

  private void deleted(TrainingRun run) {
    forget(run.getMetadata().getUid());
    wakeDependents(run);
  }

  /** Runs that start from this one: it exists now, has ended, or is no more. */
  private void wakeDependents(TrainingRun run) {
    runs.byIndex(BY_SOURCE, key(run, run.getMetadata().getName())).stream()
        .filter(
            dependent ->
                dependent.getStatus() == null || !Statuses.isTerminal(dependent.getStatus()))
        .forEach(dependent -> signals.propagateEvent(ResourceID.fromResource(dependent)));
  }

  private static String key(TrainingRun run, String name) {
    return run.getMetadata().getNamespace() + "/" + name;
  }

  private static Set<ResourceID> owner(ObjectMeta metadata) {
    Map<String, String> labels = metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    String run = labels.get(RunNames.RUN_LABEL);
    return run == null ? Set.of() : Set.of(new ResourceID(run, metadata.getNamespace()));
  }

  private static Optional<TrainingRun> other(
      TrainingRun run, String name, Context<TrainingRun> context) {
    return context.getPrimaryCache().get(new ResourceID(name, run.getMetadata().getNamespace()));
  }
}
