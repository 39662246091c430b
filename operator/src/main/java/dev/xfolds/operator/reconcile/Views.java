package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodWaits;
import dev.xfolds.operator.observe.RunView;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A run's pods and Jobs out of the caches; those of an earlier run of its name are not its own. */
final class Views {
  private Views() {}

  static RunView of(RunNames names, Context<TrainingRun> context) {
    Map<Boolean, List<Pod>> byTrainer =
        context
            .getSecondaryResourcesAsStream(Pod.class)
            .filter(pod -> mine(names, pod.getMetadata()))
            .filter(PodSource::isNoCopy)
            .collect(
                Collectors.partitioningBy(
                    pod ->
                        RunNames.TRAINER.equals(
                            pod.getMetadata().getLabels().get(RunNames.COMPONENT_LABEL))));
    return new RunView(
        context
            .getSecondaryResourcesAsStream(Job.class)
            .filter(job -> mine(names, job))
            .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
            .map(JobFacts::of)
            .max(Comparator.comparingInt(RunView.JobView::number)),
        byTrainer.get(true),
        byTrainer.get(false).stream().findFirst());
  }

  /** Names of the Jobs of a run that are not being deleted. */
  static List<String> jobs(RunNames names, Context<TrainingRun> context) {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .filter(job -> mine(names, job))
        .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
        .map(job -> job.getMetadata().getName())
        .toList();
  }

  /** Uid of a Job of a run; empty if it is not there. */
  static Optional<String> jobUid(RunNames names, int number, Context<TrainingRun> context) {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .map(Job::getMetadata)
        .filter(job -> mine(names, job) && job.getDeletionTimestamp() == null)
        .filter(job -> job.getName().equals(names.trainerJob(number)))
        .map(ObjectMeta::getUid)
        .findFirst();
  }

  /** A Job that may have pods and has had none, or not all, for a while. */
  static Optional<Job> podless(RunNames names, Context<TrainingRun> context, Instant now) {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .filter(job -> mine(names, job))
        .filter(job -> JobFacts.podless(job, now))
        .findFirst();
  }

  /**
   * What the account of attempts needs. A pod that its lost node will never tell about has ended:
   * others take its place.
   *
   * @param ended pods that were seen to end, whether they still exist or not
   */
  static List<TrainerPod> trainerPods(RunView view, List<TrainerPod> ended, Instant now) {
    return Stream.concat(
            ended.stream(),
            view.trainerPods().stream()
                .flatMap(
                    pod ->
                        PodSource.trainer(pod).stream()
                            .map(one -> PodWaits.overdue(pod, now) ? lost(one, now) : one)))
        .distinct()
        .toList();
  }

  private static TrainerPod lost(TrainerPod pod, Instant now) {
    return pod.ended(
        new Ending(
            now,
            OptionalInt.empty(),
            true,
            "node %s has not said how the pod ended; bring it back or delete its Node"
                .formatted(pod.node())));
  }

  private static boolean mine(RunNames names, Job job) {
    return mine(names, job.getMetadata()) && JobFacts.isOurs(names, job.getMetadata().getName());
  }

  private static boolean mine(RunNames names, ObjectMeta metadata) {
    return names.uid().equals(metadata.getLabels().get(RunNames.UID_LABEL));
  }
}
