package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodFacts;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The runs' pods. A pod that is deleted shows for a moment how its process ended, and is gone when
 * its run is reconciled; that moment is kept here.
 */
final class PodSource extends InformerEventSource<Pod, TrainingRun> {
  private final Endings endings = new Endings();

  private final Clock clock;

  PodSource(
      InformerEventSourceConfiguration<Pod> configuration,
      EventSourceContext<TrainingRun> context,
      Clock clock) {
    super(configuration, context);
    this.clock = clock;
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    remember(now, trainer(now));
    super.onUpdate(before, now);
  }

  @Override
  public void onDelete(Pod last, boolean stateUnknown) {
    remember(last, gone(last, clock.instant()));
    super.onDelete(last, stateUnknown);
  }

  /**
   * Trainer pods of a run that were seen to end, and whose end its status does not have.
   *
   * @param known attempts of its status, oldest first
   */
  List<TrainerPod> ended(String runUid, List<Attempt> known) {
    known.stream()
        .filter(attempt -> !attempt.running())
        .mapToInt(Attempt::number)
        .max()
        .ifPresent(last -> endings.told(runUid, last));
    return endings.of(runUid);
  }

  void forget(String runUid) {
    endings.forget(runUid);
  }

  /** Pods of a Job that somebody has copied have the run's labels too. */
  static boolean isNoCopy(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    RunNames names =
        new RunNames(
            metadata.getNamespace(), metadata.getLabels().getOrDefault(RunNames.RUN_LABEL, ""), "");
    return metadata.getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("Job"))
        .allMatch(job -> JobFacts.isOurs(names, job.getName()));
  }

  /** Empty if the pod is no trainer's, or somebody has made its attempt unreadable. */
  static Optional<TrainerPod> trainer(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    if (labels == null
        || annotations == null
        || !RunNames.TRAINER.equals(labels.get(RunNames.COMPONENT_LABEL))
        || !annotations.containsKey(RunNames.ATTEMPT_ANNOTATION)
        || !isNoCopy(pod)) {
      return Optional.empty();
    }
    OptionalInt attempt = RunNames.number(annotations.get(RunNames.ATTEMPT_ANNOTATION));
    if (attempt.isEmpty()) {
      return Optional.empty();
    }
    Optional<Ending> ending = PodFacts.ending(pod);
    String node = pod.getSpec().getNodeName();
    return Optional.of(
        new TrainerPod(
            attempt.getAsInt(),
            PodFacts.rank(pod),
            Instant.parse(pod.getMetadata().getCreationTimestamp()),
            node == null ? "" : node,
            ending));
  }

  /**
   * A trainer pod that is no more. One whose end nobody saw has ended all the same: its Job may
   * make another of its rank and its attempt, and that is not it.
   */
  static Optional<TrainerPod> gone(Pod last, Instant now) {
    return trainer(last)
        .map(
            pod ->
                pod.ending().isPresent()
                    ? pod
                    : pod.ended(
                        new Ending(
                            now,
                            OptionalInt.empty(),
                            PodFacts.takenAt(last).or(() -> Optional.of(now)),
                            "")));
  }

  private void remember(Pod pod, Optional<TrainerPod> trainer) {
    trainer
        .filter(seen -> seen.ending().isPresent())
        .ifPresent(
            seen ->
                endings.remember(
                    pod.getMetadata().getLabels().getOrDefault(RunNames.UID_LABEL, ""),
                    pod.getMetadata().getUid(),
                    seen));
  }
}
