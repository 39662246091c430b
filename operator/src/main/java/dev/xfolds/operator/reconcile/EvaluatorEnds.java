package dev.xfolds.operator.reconcile;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodFacts;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** The kubelet starts an evaluator again in its place; some ends are final. */
final class EvaluatorEnds {
  private static final int MAX_RESTARTS = 5;

  private EvaluatorEnds() {}

  /** Why the evaluator will never work; empty if it may. */
  static Optional<Verdict.Failed> forGood(RunView view) {
    if (view.evaluatorState() == PodState.READY) {
      return Optional.empty();
    }
    return view.evaluator()
        .flatMap(
            pod ->
                PodFacts.ending(pod)
                    .or(() -> PodFacts.previousEnding(pod))
                    .flatMap(ending -> failure(pod, ending)));
  }

  private static Optional<Verdict.Failed> failure(Pod pod, Ending ending) {
    int code = ending.code().orElse(ExitCode.DONE_VALUE);
    int restarts = PodFacts.restarts(pod);
    boolean users = code == ExitCode.INVALID_VALUE;
    boolean tired = code != ExitCode.DONE_VALUE && restarts > MAX_RESTARTS;
    return users || tired
        ? Optional.of(
            new Verdict.Failed(
                "Evaluator" + RestartPolicy.reason(code),
                "the evaluator ended with exit code %d%s: %s"
                    .formatted(
                        code,
                        users ? "" : ", " + restarts + " restarts were tried",
                        ending.lastLines()),
                users))
        : Optional.empty();
  }
}
