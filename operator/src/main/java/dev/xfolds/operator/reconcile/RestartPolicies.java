package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.api.ExitAction;
import dev.xfolds.operator.api.FailurePolicySpec;
import dev.xfolds.operator.observe.ExitRule;
import dev.xfolds.operator.observe.RestartPolicy;
import java.time.Duration;
import java.util.List;

/** A TrainingRun's failure policy with its defaults. */
final class RestartPolicies {
  private static final int MAX_RESTARTS = 5;
  private static final int BACKOFF_SECONDS = 10;
  private static final int MOST_DOUBLINGS = 32;

  private RestartPolicies() {}

  static RestartPolicy of(FailurePolicySpec spec) {
    int most = spec == null || spec.maxRestarts() == null ? MAX_RESTARTS : spec.maxRestarts();
    Duration backoff =
        Duration.ofSeconds(
            spec == null || spec.backoffSeconds() == null
                ? BACKOFF_SECONDS
                : spec.backoffSeconds());
    List<ExitRule> rules =
        spec == null
            ? List.of()
            : spec.rules().stream()
                .map(rule -> new ExitRule(rule.exitCodes(), rule.action() == ExitAction.RETRY))
                .toList();
    return new RestartPolicy(most, backoff, backoff.multipliedBy(MOST_DOUBLINGS), rules);
  }
}
