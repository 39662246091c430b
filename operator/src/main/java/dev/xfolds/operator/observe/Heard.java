package dev.xfolds.operator.observe;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunProgress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What rank 0 said about its progress.
 *
 * @param at when it said so
 */
public record Heard(RunProgress progress, Instant at) {

  /**
   * What the newest attempt left behind when it ended: a trainer that is done, or stopped on
   * request, writes its progress into the pod's termination message. Empty while it runs, and if it
   * left something else.
   */
  public static Optional<Heard> atTheEnd(List<Attempts.TrainerPod> pods) {
    int newest = pods.stream().mapToInt(Attempts.TrainerPod::attempt).max().orElse(0);
    return pods.stream()
        .filter(pod -> pod.attempt() == newest)
        .filter(pod -> pod.rank() == 0)
        .flatMap(pod -> pod.ending().stream())
        .max(Comparator.comparing(Ending::at))
        .flatMap(Heard::of);
  }

  private static Optional<Heard> of(Ending ending) {
    if (!ending.lastLines().startsWith("{")) {
      return Optional.empty();
    }
    RunProgress.Builder progress = RunProgress.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(ending.lastLines(), progress);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty(); // the last lines of a log, which may begin like this too
    }
    return Optional.of(new Heard(progress.build(), ending.at()));
  }
}
