package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.ExitCode;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What the status of a pod says, in our words. Pods of a run have one container. */
public final class PodFacts {
  private static final int OUT_OF_MEMORY_KILL = 137;

  /** Reason of a container that the node has lost; the code that is given with it is made up. */
  private static final String LOST = "ContainerStatusUnknown";

  private static final String INDEX_LABEL = "batch.kubernetes.io/job-completion-index";

  private PodFacts() {}

  public static PodState state(Pod pod) {
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
      return PodState.ENDED;
    }
    if (condition(pod, "Ready").filter(ready -> ready.getStatus().equals("True")).isPresent()) {
      return PodState.READY;
    }
    boolean started =
        containers(pod).anyMatch(container -> Boolean.TRUE.equals(container.getStarted()));
    return started ? PodState.NOT_READY : PodState.STARTING;
  }

  /** How the pod's process ended; empty while it runs, and if it never ran. */
  public static Optional<Ending> ending(Pod pod) {
    return containers(pod)
        .map(ContainerStatus::getState)
        .flatMap(state -> terminated(state).stream())
        .map(terminated -> ending(pod, terminated))
        .findFirst()
        .or(() -> state(pod) == PodState.ENDED ? Optional.of(neverRan(pod)) : Optional.empty());
  }

  /** How the process ended that ran before the one that runs now. */
  public static Optional<Ending> previousEnding(Pod pod) {
    return containers(pod)
        .map(ContainerStatus::getLastState)
        .flatMap(state -> terminated(state).stream())
        .map(terminated -> ending(pod, terminated))
        .findFirst();
  }

  /** When the process began that ended last; empty if none did, and if the kubelet lost sight. */
  public static Optional<Instant> lastRunBegan(Pod pod) {
    return containers(pod)
        .flatMap(
            container ->
                terminated(container.getState())
                    .or(() -> terminated(container.getLastState()))
                    .stream())
        .map(ContainerStateTerminated::getStartedAt)
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .findFirst();
  }

  /** Since when the pod has not been ready; empty if it is, and if nobody said. */
  public static Optional<Instant> notReadySince(Pod pod) {
    return condition(pod, "Ready")
        .filter(ready -> !ready.getStatus().equals("True"))
        .map(PodCondition::getLastTransitionTime)
        .map(Instant::parse);
  }

  /** Of a trainer pod; 0 if it is not numbered. */
  public static int rank(Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String index = labels == null ? "0" : labels.getOrDefault(INDEX_LABEL, "0");
    return index.matches("[0-9]{1,9}") ? Integer.parseInt(index) : 0;
  }

  public static int restarts(Pod pod) {
    return containers(pod).mapToInt(ContainerStatus::getRestartCount).sum();
  }

  /** Whether somebody took the pod away: drain, preemption, deletion. */
  public static boolean disrupted(Pod pod) {
    return takenAt(pod).isPresent();
  }

  /** Since when somebody takes the pod away; empty if nobody does. */
  public static Optional<Instant> takenAt(Pod pod) {
    ObjectMeta metadata = pod.getMetadata();
    Optional<Instant> deleted =
        Optional.ofNullable(metadata.getDeletionTimestamp())
            .map(Instant::parse)
            .map(
                end ->
                    end.minusSeconds(
                        Objects.requireNonNullElse(metadata.getDeletionGracePeriodSeconds(), 0L)));
    Optional<Instant> disrupted =
        condition(pod, "DisruptionTarget")
            .filter(target -> target.getStatus().equals("True"))
            .map(PodFacts::since);
    return Stream.concat(deleted.stream(), disrupted.stream()).min(Comparator.naturalOrder());
  }

  private static Instant since(PodCondition condition) {
    return condition.getLastTransitionTime() == null
        ? Instant.EPOCH
        : Instant.parse(condition.getLastTransitionTime());
  }

  private static Ending ending(Pod pod, ContainerStateTerminated terminated) {
    int code = terminated.getExitCode();
    boolean memory = code == OUT_OF_MEMORY_KILL && "OOMKilled".equals(terminated.getReason());
    Instant at =
        Optional.ofNullable(terminated.getFinishedAt())
            .map(Instant::parse)
            .or(() -> notReadySince(pod))
            .orElseGet(() -> Instant.parse(pod.getMetadata().getCreationTimestamp()));
    String said = terminated.getMessage() == null ? "" : terminated.getMessage().strip();
    if (LOST.equals(terminated.getReason())) {
      return new Ending(at, OptionalInt.empty(), true, said);
    }
    return new Ending(
        at,
        OptionalInt.of(memory ? ExitCode.OUT_OF_MEMORY_VALUE : code),
        takenAt(pod),
        whyTaken(pod),
        said);
  }

  /** In the words of whoever evicted it, or is about to; empty if nobody said. */
  private static String whyTaken(Pod pod) {
    return Stream.concat(
            Optional.ofNullable(pod.getStatus().getMessage()).stream(),
            condition(pod, "DisruptionTarget").map(PodCondition::getMessage).stream())
        .filter(message -> !message.isBlank())
        .findFirst()
        .orElse("")
        .strip();
  }

  /** The node refused or evicted it before its process began. */
  private static Ending neverRan(Pod pod) {
    String why = pod.getStatus().getMessage();
    return new Ending(
        Instant.parse(pod.getMetadata().getCreationTimestamp()),
        OptionalInt.empty(),
        true,
        why == null ? "" : why);
  }

  private static Optional<ContainerStateTerminated> terminated(ContainerState state) {
    return Optional.ofNullable(state).map(ContainerState::getTerminated);
  }

  static Stream<ContainerStatus> containers(Pod pod) {
    return pod.getStatus() == null
        ? Stream.empty()
        : pod.getStatus().getContainerStatuses().stream();
  }

  static Optional<PodCondition> condition(Pod pod, String type) {
    List<PodCondition> conditions =
        pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
    return conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst();
  }
}
