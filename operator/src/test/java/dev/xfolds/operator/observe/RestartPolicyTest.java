package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.observe.RestartPolicy.Decision;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RestartPolicyTest {
  private final RestartPolicy policy =
      new RestartPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(3));

  @Test
  void zeroIsDone() {
    assertThat(policy.decide(List.of(10, 0))).isEqualTo(new Decision.Done());
  }

  @Test
  void wrongPlanAndBugAreNeverRetried() {
    assertThat(policy.decide(List.of(2)))
        .isInstanceOfSatisfying(Decision.GiveUp.class, g -> assertThat(g.usersMistake()).isTrue());
    assertThat(policy.decide(List.of(1)))
        .isInstanceOfSatisfying(Decision.GiveUp.class, g -> assertThat(g.usersMistake()).isFalse());
  }

  @Test
  void otherCodesAreRetriedWithDoubledAndBoundedDelays() {
    assertThat(policy.decide(List.of(10))).isEqualTo(new Decision.Restart(seconds(1), "Retry"));
    assertThat(policy.decide(List.of(10, 137)))
        .isEqualTo(new Decision.Restart(seconds(2), "Killed"));
    assertThat(policy.decide(List.of(10, 137, 3)))
        .isEqualTo(new Decision.Restart(seconds(3), "ExitCode3"));
    assertThat(policy.decide(List.of(10, 137, 3, 143)))
        .isInstanceOfSatisfying(
            Decision.GiveUp.class, g -> assertThat(g.reason()).isEqualTo("TooManyRestarts"));
  }

  @Test
  void outOfMemoryIsRetriedTwice() {
    RestartPolicy patient = new RestartPolicy(10, Duration.ZERO, Duration.ZERO);
    assertThat(patient.decide(Collections.nCopies(2, 11))).isInstanceOf(Decision.Restart.class);
    assertThat(patient.decide(Collections.nCopies(3, 11)))
        .isInstanceOfSatisfying(
            Decision.GiveUp.class, g -> assertThat(g.reason()).isEqualTo("OutOfMemory"));
  }

  @Test
  void firstRuleThatHasTheCodeDecidesButNeverOnTheUsersMistake() {
    RestartPolicy ruled =
        new RestartPolicy(
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            List.of(
                new ExitRule(List.of(1, 11), true),
                new ExitRule(List.of(10, 1), false),
                new ExitRule(List.of(2), true)));
    assertThat(ruled.decide(List.of(1))).isEqualTo(new Decision.Restart(seconds(1), "Bug"));
    assertThat(ruled.decide(List.of(11, 11, 11)))
        .isEqualTo(new Decision.Restart(seconds(3), "OutOfMemory"));
    assertThat(ruled.decide(List.of(10)))
        .isEqualTo(
            new Decision.GiveUp(
                "FailedByRule",
                "exit code 10 (Retry), and spec.failurePolicy.rules[1] says fail",
                false));
    assertThat(ruled.decide(List.of(2)))
        .isInstanceOfSatisfying(
            Decision.GiveUp.class, g -> assertThat(g.reason()).isEqualTo("Invalid"));
    assertThat(ruled.decide(List.of(1, 1, 1, 1)))
        .isInstanceOfSatisfying(
            Decision.GiveUp.class, g -> assertThat(g.reason()).isEqualTo("TooManyRestarts"));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
