package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.api.ExitAction;
import dev.xfolds.operator.api.ExitRuleSpec;
import dev.xfolds.operator.api.FailurePolicySpec;
import java.util.List;
import java.util.Objects;

/** What the schema's rules say of the failure policy, for a file that no API server has seen. */
final class FailurePolicyCheck {
  private static final int MAX_CODE = 255;

  private FailurePolicyCheck() {}

  static void check(FailurePolicySpec policy, Problems problems) {
    List<ExitRuleSpec> rules = policy == null ? List.of() : policy.rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) != null) {
        check(rules.get(i), "spec.failurePolicy.rules[" + i + "].exitCodes", problems);
      }
    }
  }

  private static void check(ExitRuleSpec rule, String path, Problems problems) {
    if (rule.exitCodes().isEmpty()) {
      problems.add(path, "must have at least 1 entry, had none");
    }
    for (int code : rule.exitCodes().stream().filter(Objects::nonNull).toList()) {
      if (code < 1 || code > MAX_CODE || code == ExitCode.STOPPED_VALUE) {
        problems.add(
            path,
            "must be 1 to 255 without 12 (0 is no failure, 12 is a stop that was asked for), was %d",
            code);
      } else if (code == ExitCode.INVALID_VALUE && rule.action() == ExitAction.RETRY) {
        problems.add(
            path, "must not have 2 with action retry: plan or data is wrong and is never retried");
      }
    }
  }
}
