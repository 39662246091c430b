package dev.xfolds.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a pod does not run, from the words of scheduler and kubelet. */
public final class PodWaits {
  /** A node that is alive ends a pod sooner than this after its grace period. */
  private static final Duration LATE = Duration.ofSeconds(60);

  private static final Pattern MISSING_CLAIM =
      Pattern.compile("persistentvolumeclaim \"[^\"]*\" not found");

  private static final Pattern SUB_PATH =
      Pattern.compile("failed to create subPath directory for volumeMount \"([^\"]*)\"");

  private PodWaits() {}

  /** Empty if the pod runs or has ended, and if nobody has said anything. */
  public static Optional<Wait> of(Pod pod, String who, Instant now) {
    if (PodFacts.state(pod) == PodState.ENDED) {
      return Optional.empty();
    }
    if (overdue(pod, now)) {
      return Optional.of(
          new Wait(
              WaitCause.NODE_LOST,
              who,
              "the pod should have ended at %s, and its node %s has not said that it did"
                  .formatted(
                      pod.getMetadata().getDeletionTimestamp(), pod.getSpec().getNodeName())));
    }
    return PodFacts.condition(pod, "PodScheduled")
        .filter(scheduled -> scheduled.getStatus().equals("False"))
        .map(scheduled -> unscheduled(scheduled, who))
        .or(
            () ->
                PodFacts.containers(pod)
                    .map(ContainerStatus::getState)
                    .filter(Objects::nonNull)
                    .map(ContainerState::getWaiting)
                    .filter(waiting -> waiting != null && waiting.getReason() != null)
                    .map(waiting -> held(pod, waiting, who))
                    .findFirst());
  }

  /** Whether a deleted pod is still there long after its grace period: its node is lost. */
  public static boolean overdue(Pod pod, Instant now) {
    String end = pod.getMetadata().getDeletionTimestamp();
    return end != null
        && PodFacts.state(pod) != PodState.ENDED
        && now.isAfter(Instant.parse(end).plus(LATE));
  }

  private static Wait unscheduled(PodCondition scheduled, String who) {
    String message = Objects.requireNonNullElse(scheduled.getMessage(), "");
    WaitCause cause;
    if (WaitCause.SCHEDULING_GATED.reason().equals(scheduled.getReason())) {
      cause = WaitCause.SCHEDULING_GATED;
    } else if (MISSING_CLAIM.matcher(message).find()) {
      cause = WaitCause.CLAIM_MISSING;
    } else if (message.contains("unbound immediate PersistentVolumeClaims")) {
      cause = WaitCause.CLAIM_UNBOUND;
    } else if (message.contains("Insufficient ")) {
      cause = WaitCause.INSUFFICIENT_RESOURCES;
    } else {
      cause = WaitCause.UNSCHEDULABLE;
    }
    return new Wait(cause, who, words(scheduled.getReason(), message));
  }

  private static Wait held(Pod pod, ContainerStateWaiting waiting, String who) {
    WaitCause cause =
        switch (waiting.getReason()) {
          case "ContainerCreating", "PodInitializing" -> WaitCause.CONTAINER_CREATING;
          case "CrashLoopBackOff" -> WaitCause.CRASHING;
          case "ErrImagePull",
              "ImagePullBackOff",
              "InvalidImageName",
              "ErrImageNeverPull",
              "ImageInspectError",
              "RegistryUnavailable",
              "SignatureValidationFailed" ->
              WaitCause.IMAGE_PULL_FAILED;
          default -> WaitCause.CONTAINER_NOT_CREATED;
        };
    return new Wait(
        cause,
        who,
        words(waiting.getReason(), Objects.requireNonNullElse(waiting.getMessage(), ""))
            + missingPaths(pod, Objects.requireNonNullElse(waiting.getMessage(), "")));
  }

  /** The kubelet names the volume of a path that is not there, and not the path. */
  private static String missingPaths(Pod pod, String message) {
    Matcher mount = SUB_PATH.matcher(message);
    return mount.find()
        ? "; one of these is not on claim %s: %s"
            .formatted(claim(pod, mount.group(1)), String.join(", ", paths(pod, mount.group(1))))
        : "";
  }

  private static String claim(Pod pod, String volume) {
    return pod.getSpec().getVolumes().stream()
        .filter(one -> one.getName().equals(volume) && one.getPersistentVolumeClaim() != null)
        .map(one -> one.getPersistentVolumeClaim().getClaimName())
        .findFirst()
        .orElse(volume);
  }

  private static List<String> paths(Pod pod, String volume) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> container.getVolumeMounts().stream())
        .filter(mount -> mount.getName().equals(volume) && mount.getSubPath() != null)
        .map(VolumeMount::getSubPath)
        .toList();
  }

  private static String words(String reason, String message) {
    return message.isEmpty() ? reason : reason + ": " + message;
  }
}
