package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.PlanFile;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.testing.TestPlans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFolderIT {

  @TempDir Path runs;
  private TestRun run;

  @BeforeEach
  void newRun() {
    run = new TestRun(runs);
  }

  private static AbstractThrowableAssert<?, ?> assertFails(ExitCode code, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void claimWritesPlanAndAttempt() {
    RunFolder folder = run.claim(3);
    assertThat(folder.path()).isEqualTo(runs.resolve("runs/default/run"));
    assertThat(folder.path().resolve("attempt")).hasContent("3");
    assertThat(PlanFile.read(folder.path().resolve("plan.json"))).isEqualTo(TestRun.PLAN);
    assertThat(folder.checkpoints()).isEmptyDirectory();
    folder.checkClaim();
  }

  @Test
  void samePlanContinuesWithAnyUid() {
    run.claim(1);
    RunPlan again = again();
    RunFolder folder = RunFolder.claim(runs, again, 2);
    assertThat(folder.path().resolve("attempt")).hasContent("2");
    assertThat(PlanFile.read(folder.path().resolve("plan.json"))).isEqualTo(again);
  }

  @Test
  void runThatIsAppliedAnewCountsItsAttemptsFromOne() {
    RunFolder old = run.claim(7);
    RunFolder folder = RunFolder.claim(runs, again(), 1);
    assertThat(folder.path().resolve("attempt")).hasContent("1");
    folder.checkClaim();
    assertFails(ExitCode.RETRY, old::checkClaim);
  }

  @Test
  void trainersOfTwoRunsWithOneFolderAreToldApartThoughTheirAttemptsHaveOneNumber() {
    RunFolder old = run.claim(1);
    RunFolder.claim(runs, again(), 1).checkClaim();
    assertFails(ExitCode.RETRY, old::checkClaim)
        .hasMessage(
            "superseded: the run with uid applied again has claimed %s, this is the one with uid %s"
                .formatted(run.path(), TestRun.PLAN.getUid()));
  }

  private static RunPlan again() {
    return TestRun.PLAN.toBuilder().setUid("applied again").build();
  }

  @Test
  void anotherPlanIsRefusedAndChangesNothing() throws IOException {
    Files.createDirectory(run.claim(1).checkpoints().resolve("step-00000001"));
    List<String> before = run.contents();
    RunPlan other = mended(TestRun.PLAN.getUid());
    assertFails(ExitCode.INVALID, () -> RunFolder.claim(runs, other, 2))
        .hasMessage(
            "FolderInUse: %s was started with plan digest %s, this plan has %s; give the run another name, or move the folder away to start again"
                .formatted(run.path(), TestRun.PLAN.getDigest(), other.getDigest()));
    assertThat(run.contents()).isEqualTo(before);
  }

  @Test
  void mendedPlanBeginsAgainWhereNoCheckpointIsLost() {
    run.claim(1);
    RunPlan other = mended(TestRun.PLAN.getUid());
    RunFolder folder = RunFolder.claim(runs, other, 2);
    assertThat(PlanFile.read(folder.path().resolve("plan.json"))).isEqualTo(other);
    assertThat(folder.path().resolve("attempt")).hasContent("2");
  }

  @Test
  void planOfAnotherRunIsRefusedBeforeItsFirstCheckpointToo() {
    run.claim(1);
    assertFails(ExitCode.INVALID, () -> RunFolder.claim(runs, mended("another"), 2))
        .hasMessageStartingWith("FolderInUse: " + run.path());
  }

  private static RunPlan mended(String uid) {
    RunPlan.Builder changed = TestPlans.vqa();
    changed.getTrainingBuilder().setSteps(11);
    return TestPlans.signed(changed).toBuilder().setUid(uid).build();
  }

  @Test
  void damagedPlanIsRefused() throws IOException {
    run.claim(1);
    Path stored = run.path().resolve("plan.json");
    for (String damaged : new String[] {"", "{\"name\": \"ru", "7"}) {
      Files.writeString(stored, damaged);
      assertFails(ExitCode.INVALID, () -> run.claim(2))
          .hasMessageStartingWith("FolderInUse: " + stored + " must be a run plan: ")
          .hasMessageEndingWith("; move the folder away or choose another name for the run");
    }
    assertThat(run.path().resolve("attempt")).hasContent("1");
  }

  @Test
  void largestPlanContinues() throws IOException {
    RunPlan.Builder large = TestPlans.vqa();
    for (int i = 0; i < 50_000; i++) {
      large.addEvaluationsBuilder().setTask("a@1");
    }
    RunPlan plan = TestPlans.signed(large);
    String json = JsonFormat.printer().omittingInsignificantWhitespace().print(plan);
    assertThat(json).hasSizeLessThan(1 << 20);
    RunFolder.claim(runs, plan, 1);
    assertThat(Files.size(run.path().resolve("plan.json"))).isGreaterThan(1 << 20);
    RunFolder.claim(runs, plan, 2).checkClaim();
  }

  @Test
  void earlierAttemptCannotClaim() throws IOException {
    run.claim(2);
    List<String> before = run.contents();
    assertFails(ExitCode.RETRY, () -> run.claim(1))
        .hasMessage(
            "superseded: attempt 2 has claimed %s, this is attempt 1".formatted(run.path()));
    assertThat(run.contents()).isEqualTo(before);
    run.claim(2).checkClaim();
  }

  @Test
  void laterClaimEndsTheEarlierOne() {
    RunFolder first = run.claim(1);
    first.checkClaim();
    run.claim(2);
    assertFails(ExitCode.RETRY, first::checkClaim)
        .hasMessage(
            "superseded: attempt 2 has claimed %s, this is attempt 1".formatted(run.path()));
  }

  /** Both have seen a free folder, and the earlier attempt was the last to write its number. */
  @Test
  void onlyOneOfTwoClaimsAtTheSameMomentHolds() throws IOException {
    RunFolder second = run.claim(2);
    Files.writeString(run.path().resolve("attempt"), "1");
    assertFails(ExitCode.RETRY, second::checkClaim)
        .hasMessage(
            "superseded: attempt 1 has claimed %s, this is attempt 2".formatted(run.path()));
  }

  @Test
  void folderThatWasMovedAwayIsNoLongerWritten() throws IOException {
    RunFolder folder = run.claim(1);
    Files.move(run.path(), runs.resolve("moved"));
    assertFails(ExitCode.RETRY, folder::checkClaim)
        .hasMessage(
            "%s is gone: the run folder was moved away from attempt 1"
                .formatted(run.path().resolve("attempt")));
  }

  @Test
  void damagedAttemptIsRefused() throws IOException {
    RunFolder folder = run.claim(1);
    Path attempt = run.path().resolve("attempt");
    Files.writeString(attempt, "one");
    String message = attempt + " must hold the number of an attempt: ";
    assertFails(ExitCode.INVALID, folder::checkClaim).hasMessageStartingWith(message);
    assertFails(ExitCode.INVALID, () -> run.claim(2)).hasMessageStartingWith(message);
    assertThat(attempt).hasContent("one");
  }

  @Test
  void runsMustBeAFolder() {
    Path missing = runs.resolve("missing");
    assertFails(ExitCode.INVALID, () -> RunFolder.claim(missing, TestRun.PLAN, 1))
        .hasMessage("--runs must be a folder, was " + missing);
  }

  @Test
  void volumeThatCannotBeWrittenIsRetried() throws IOException {
    Files.writeString(runs.resolve("runs"), "a file where the folder should be");
    assertFails(ExitCode.RETRY, () -> run.claim(1))
        .hasMessageStartingWith("run folder " + run.path() + " cannot be written: ");
  }
}
