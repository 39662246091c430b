package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The kubelet starts an evaluator again in its place; some ends are final. How many ends there were
 * in a row is told by no field: the kubelet counts the restarts of the pod's whole life. Its pause
 * before each further one doubles from ten seconds, so an evaluator that ends again and again is
 * not ready for some minutes, and one that ends once a day is.
 */
final class EvaluatorEnds {
  private static final int MAX_RESTARTS = 5;

  /** What the kubelet's pauses before five restarts come to. */
  private static final Duration TIRED = Duration.ofMinutes(5);

  /** Ten minutes of work, after which the kubelet forgets ends; its longest pause; and TIRED. */
  private static final Duration RECENT = Duration.ofMinutes(20);

  private EvaluatorEnds() {}

  /** Why the evaluator will never work; empty if it may. */
  static Optional<Verdict.Failed> forGood(RunView view, Instant now) {
    if (view.evaluatorState() == PodState.READY) {
      return Optional.empty();
    }
    return view.evaluator()
        .flatMap(
            pod ->
                PodFacts.ending(pod)
                    .or(() -> PodFacts.previousEnding(pod))
                    .flatMap(ending -> failure(pod, ending, now)));
  }

  private static Optional<Verdict.Failed> failure(Pod pod, Ending ending, Instant now) {
    int code = ending.code().orElse(ExitCode.DONE_VALUE);
    boolean users = code == ExitCode.INVALID_VALUE;
    boolean tired = code != ExitCode.DONE_VALUE && endsInARow(pod, now);
    return users || tired
        ? Optional.of(
            new Verdict.Failed(
                "Evaluator" + RestartPolicy.reason(code),
                "the evaluator ended with exit code %d%s: %s"
                    .formatted(
                        code,
                        users
                            ? ""
                            : ", %d restarts were tried and it has not been ready for %d min"
                                .formatted(PodFacts.restarts(pod), TIRED.toMinutes()),
                        ending.lastLines()),
                users))
        : Optional.empty();
  }

  private static boolean endsInARow(Pod pod, Instant now) {
    return PodFacts.restarts(pod) > MAX_RESTARTS
        && PodFacts.lastRunBegan(pod).filter(now.minus(RECENT)::isBefore).isPresent()
        && PodFacts.notReadySince(pod).filter(now.minus(TIRED)::isAfter).isPresent();
  }
}
