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

  PodSource(
      InformerEventSourceConfiguration<Pod> configuration,
      EventSourceContext<TrainingRun> context) {
    super(configuration, context);
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    remember(now);
    super.onUpdate(before, now);
  }

  @Override
  public void onDelete(Pod last, boolean stateUnknown) {
    remember(last);
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
            rank(labels),
            java.time.Instant.parse(pod.getMetadata().getCreationTimestamp()),
            node == null ? "" : node,
            ending));
  }

  private void remember(Pod pod) {
    trainer(pod)
        .filter(seen -> seen.ending().isPresent())
        .ifPresent(
            seen ->
                endings.remember(
                    pod.getMetadata().getLabels().getOrDefault(RunNames.UID_LABEL, ""),
                    pod.getMetadata().getUid(),
                    seen));
  }

  private static int rank(Map<String, String> labels) {
    String index = labels.getOrDefault("batch.kubernetes.io/job-completion-index", "0");
    return index.matches("[0-9]{1,9}") ? Integer.parseInt(index) : 0;
  }
}
