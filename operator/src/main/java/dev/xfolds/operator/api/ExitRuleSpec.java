package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What follows when a trainer ends with one of some exit codes. */
@ValidationRule(
    value = "size(self.exitCodes) > 0",
    message = "exitCodes needs at least one exit code")
@ValidationRule(
    value = "self.exitCodes.all(code, code >= 1 && code <= 255 && code != 12)",
    message =
        "exitCodes must be 1 to 255 without 12: 0 is no failure, 12 is a stop that was asked for")
@ValidationRule(
    value = "self.action != 'retry' || !(2 in self.exitCodes)",
    message =
        "exit code 2 means that plan or data is wrong and is never retried; leave it out of exitCodes")
public record ExitRuleSpec(
    @JsonPropertyDescription(
            "Of the first rank to end. Killed for lack of memory by the node counts as 11.")
        @Required
        @Size(max = 32)
        List<Integer> exitCodes,
    @JsonPropertyDescription(
            "retry: starts again, within maxRestarts. fail: the run fails at once.")
        @Required
        ExitAction action) {

  /** Absent collections are empty. */
  public ExitRuleSpec {
    exitCodes = Lists.copy(exitCodes);
  }
}
