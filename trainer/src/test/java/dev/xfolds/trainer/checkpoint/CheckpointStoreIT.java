package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing, keeping and fencing; what is read of a damaged one is CheckpointIT's. */
final class CheckpointStoreIT {

  @TempDir Path runs;
  private TestRun run;

  @BeforeEach
  void newRun() {
    run = new TestRun(runs);
  }

  private static void assertFails(ExitCode code, ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessage(message);
  }

  @Test
  void writtenCheckpointIsReadBack() throws IOException {
    CheckpointStore store = run.store(1, 2);
    assertThat(store.latest()).isEmpty();
    assertThat(store.best()).isEmpty();
    Checkpoint written = TestRun.write(store, 5, true);
    assertThat(written.folder()).isEqualTo(run.folder(5));
    assertThat(store.latest()).contains(written);
    assertThat(store.best()).contains(written);
    assertThat(written.step()).isEqualTo(5);
    assertThat(written.state().getSamplesSeen()).isEqualTo(20);
    assertThat(written.manifest().getTrainingLoss()).isNaN();
    assertThat(TestRun.model(written)).isEqualTo("weights of 5");
    assertThat(run.names()).containsExactly("best", "latest", "step-00000005");
    try (var files = Files.list(run.folder(5))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors", "optimizer-0.safetensors", "state.json", "manifest.json");
    }
  }

  @Test
  void digestNamesTheModelAlone() {
    CheckpointStore store = run.store(1, 5);
    String digest = TestRun.write(store, 1, true, TestRun.model("a")).digest();
    assertThat(TestRun.write(store, 2, true, TestRun.model("a")).digest()).isEqualTo(digest);
    assertThat(TestRun.write(store, 3, true, TestRun.model("b")).digest()).isNotEqualTo(digest);
    // printf a | sha256sum; printf 'model.safetensors %s\n' ca97... | sha256sum
    assertThat(digest)
        .isEqualTo("ca1d15b0c85be01eee436ab3f0f80dcb8856ac5a459c36e0d79ce55d8cf9d152");
  }

  @Test
  void partThatFailsLeavesTheFormerCheckpointAndNoFolder() throws IOException {
    CheckpointStore store = run.store(1, 2);
    Part failing =
        new Part(
            Checkpoint.MODEL,
            file -> {
              Files.write(file, new byte[1000]);
              throw new IOException("No space left on device");
            });
    assertFails(
        ExitCode.RETRY,
        () -> TestRun.write(store, 5, true, failing),
        "checkpoint of step 5 could not be written to %s: No space left on device; there is none yet"
            .formatted(run.checkpoints()));
    assertThat(run.names()).isEmpty();
    Checkpoint former = TestRun.write(store, 5, true);
    List<String> before = run.contents();
    for (long step : new long[] {5, 10}) {
      assertFails(
          ExitCode.RETRY,
          () -> TestRun.write(store, step, true, failing),
          "checkpoint of step %d could not be written to %s: No space left on device; step-00000005 stays the newest"
              .formatted(step, run.checkpoints()));
      assertThat(run.contents()).isEqualTo(before);
    }
    assertThat(store.latest()).contains(former);
  }

  @Test
  void bugInAPartLeavesNoFolderEither() throws IOException {
    CheckpointStore store = run.store(1, 2);
    Part bug =
        new Part(
            Checkpoint.MODEL,
            file -> {
              throw new IllegalStateException("closed");
            });
    assertThatThrownBy(() -> TestRun.write(store, 5, true, bug))
        .isInstanceOf(IllegalStateException.class);
    assertThat(run.names()).isEmpty();
  }

  @Test
  void draftIsSeenByNobodyUntilItIsPublished() throws IOException {
    CheckpointStore store = run.store(1, 2);
    TestRun.write(store, 5, true);
    Draft draft = TestRun.draft(store, 10, true, TestRun.model("of 10"));
    assertThat(store.latest().orElseThrow().step()).isEqualTo(5);
    assertThat(store.best().orElseThrow().step()).isEqualTo(5);
    Checkpoint published = store.publish(draft);
    assertThat(store.latest()).contains(published);
    assertThat(store.best()).contains(published);
    assertThat(TestRun.model(published)).isEqualTo("of 10");
    assertThat(run.names()).containsExactly("best", "latest", "step-00000005", "step-00000010");
  }

  @Test
  void draftOfASupersededAttemptIsNotPublished() throws IOException {
    CheckpointStore store = run.store(1, 2);
    TestRun.write(store, 5, true);
    Draft draft = TestRun.draft(store, 10, true, TestRun.model("of 10"));
    run.claim(2);
    List<String> before = run.contents().stream().filter(name -> !name.contains(".tmp-")).toList();
    assertThatThrownBy(() -> store.publish(draft))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY));
    assertThat(run.contents()).isEqualTo(before);
  }

  @Test
  void draftOfAKilledProcessIsClearedAway() throws IOException {
    TestRun.draft(run.store(1, 2), 10, true, TestRun.model("of 10"));
    assertThat(run.names()).containsExactly(".tmp-1-step-00000010");
    assertThat(run.store(2, 2).latest()).isEmpty();
    assertThat(run.names()).isEmpty();
  }

  @Test
  void newestFewAndTheBestAreKept() throws IOException {
    CheckpointStore store = run.store(1, 2);
    for (long step = 1; step <= 6; step++) {
      TestRun.write(store, step, step == 2);
    }
    assertThat(run.names())
        .containsExactly("best", "latest", "step-00000002", "step-00000005", "step-00000006");
    assertThat(run.checkpoints().resolve("latest")).hasContent("step-00000006");
    assertThat(run.checkpoints().resolve("best")).hasContent("step-00000002");
    assertThat(store.best().orElseThrow().step()).isEqualTo(2);
    store.markBest(store.latest().orElseThrow());
    assertThat(store.best().orElseThrow().step()).isEqualTo(6);
    TestRun.write(store, 7, false);
    assertThat(run.names()).containsExactly("best", "latest", "step-00000006", "step-00000007");
  }

  @Test
  void checkpointWrittenAfterGoingBackOutlivesDamagedLaterOnes() throws IOException {
    CheckpointStore store = run.store(1, 1);
    TestRun.write(store, 200, true);
    TestRun.write(store, 300, false);
    Files.delete(run.folder(300).resolve("state.json"));
    CheckpointStore resumed = run.store(2, 1);
    assertThat(resumed.latest().orElseThrow().step()).isEqualTo(200);
    Checkpoint written = TestRun.write(resumed, 250, false);
    assertThat(resumed.latest()).contains(written);
    assertThat(run.names()).containsExactly("best", "latest", "step-00000200", "step-00000250");
  }

  @Test
  void checkpointOfTheSameStepIsReplaced() throws IOException {
    CheckpointStore store = run.store(1, 2);
    TestRun.write(store, 5, true, TestRun.model("first"));
    TestRun.write(store, 5, false, TestRun.model("second"));
    assertThat(TestRun.model(store.latest().orElseThrow())).isEqualTo("second");
    assertThat(run.names()).containsExactly("best", "latest", "step-00000005");
  }

  /** The former one stands aside until the new one is in its place: it is not deleted before. */
  @Test
  void checkpointThatCannotBeSetAsideStays() throws IOException {
    CheckpointStore store = run.store(1, 2);
    TestRun.write(store, 5, true, TestRun.model("first"));
    Path taken = Files.createDirectory(run.checkpoints().resolve(".old-1-step-00000005"));
    Files.writeString(taken.resolve("file"), "in the way");
    assertThatThrownBy(() -> TestRun.write(store, 5, true, TestRun.model("second")))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessageEndingWith("; step-00000005 stays the newest");
    assertThat(TestRun.model(store.latest().orElseThrow())).isEqualTo("first");
  }

  @Test
  void checkpointThatAKilledProcessHadSetAsideComesBack() throws IOException {
    TestRun.write(run.store(1, 2), 5, true);
    Files.move(run.folder(5), run.checkpoints().resolve(".old-1-step-00000005"));
    assertThat(run.store(2, 2).latest().orElseThrow().step()).isEqualTo(5);
    assertThat(run.names()).containsExactly("best", "latest", "step-00000005");
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsDeleted() throws IOException {
    TestRun.write(run.store(1, 2), 5, true, TestRun.model("new"));
    for (String left : List.of(".tmp-1-step-00000009", ".old-1-step-00000005")) {
      Path folder = Files.createDirectory(run.checkpoints().resolve(left));
      Files.writeString(folder.resolve("model.safetensors"), "old");
    }
    CheckpointStore store = run.store(2, 2);
    assertThat(run.names()).containsExactly("best", "latest", "step-00000005");
    assertThat(TestRun.model(store.latest().orElseThrow())).isEqualTo("new");
  }

  @Test
  void supersededAttemptChangesNothing() throws IOException {
    CheckpointStore store = run.store(1, 1);
    Checkpoint former = TestRun.write(store, 5, true);
    run.claim(2);
    List<String> before = run.contents();
    String message =
        "superseded: attempt 2 has claimed %s, this is attempt 1".formatted(run.path());
    for (long step : new long[] {5, 10}) {
      assertFails(ExitCode.RETRY, () -> TestRun.write(store, step, true), message);
    }
    assertFails(ExitCode.RETRY, () -> store.markBest(former), message);
    assertThat(run.contents()).isEqualTo(before);
  }

  /** As that of a node which was cut off in the middle of a publication, and comes back. */
  @Test
  void supersededAttemptDeletesNothingOfTheOneThatFollowed() throws IOException {
    CheckpointStore old = run.store(1, 1);
    TestRun.write(old, 5, true);
    CheckpointStore next = run.store(2, 1);
    TestRun.write(next, 10, false);
    List<String> before = run.contents();
    assertFails(
        ExitCode.RETRY,
        () -> old.prune(5),
        "superseded: attempt 2 has claimed %s, this is attempt 1".formatted(run.path()));
    assertThat(run.contents()).isEqualTo(before);
  }

  @Test
  void claimDuringAWriteIsSeen() throws IOException {
    CheckpointStore store = run.store(1, 1);
    TestRun.write(store, 5, true);
    Part slow =
        new Part(
            Checkpoint.MODEL,
            file -> {
              Files.writeString(file, "late");
              TestRun.write(run.store(2, 1), 10, true, TestRun.model("of attempt 2"));
            });
    assertFails(
        ExitCode.RETRY,
        () -> TestRun.write(store, 10, true, slow),
        "superseded: attempt 2 has claimed %s, this is attempt 1".formatted(run.path()));
    assertThat(TestRun.model(run.store(2, 1).latest().orElseThrow())).isEqualTo("of attempt 2");
    assertThat(run.names()).containsExactly("best", "latest", "step-00000010");
  }

  @Test
  void bestFallsBackToTheNewestWholeOne() throws IOException {
    CheckpointStore store = run.store(1, 3);
    TestRun.write(store, 1, true);
    TestRun.write(store, 2, false);
    Files.delete(run.folder(1).resolve("manifest.json"));
    assertThat(store.best().orElseThrow().step()).isEqualTo(2);
    Durable.deleteTree(run.folder(1));
    assertThat(store.best().orElseThrow().step()).isEqualTo(2);
    Files.delete(run.checkpoints().resolve("best"));
    assertThat(CheckpointStore.best(run.checkpoints())).isEmpty();
    assertThat(store.best().orElseThrow().step()).isEqualTo(2);
  }

  @Test
  void pointerMustNameACheckpoint() throws IOException {
    CheckpointStore store = run.store(1, 3);
    Path best = run.checkpoints().resolve("best");
    for (String name : new String[] {"../../other", "", "step-1", "step-99999999999999999999"}) {
      Files.writeString(best, name);
      assertFails(
          ExitCode.INVALID,
          store::best,
          "%s must name a checkpoint's folder, was \"%s\"".formatted(best, name));
    }
  }

  @Test
  void foreignNamesAreNoCheckpoints() throws IOException {
    CheckpointStore store = run.store(1, 1);
    TestRun.write(store, 1, true);
    Files.createDirectory(run.checkpoints().resolve("step-99999999999999999999"));
    Files.createDirectory(run.checkpoints().resolve("step-00000009.copy"));
    Files.writeString(run.checkpoints().resolve("step-00000002"), "a file");
    assertThat(store.latest().orElseThrow().step()).isEqualTo(1);
    TestRun.write(store, 3, true);
    assertThat(run.names())
        .containsExactly(
            "best", "latest", "step-00000003", "step-00000009.copy", "step-99999999999999999999");
  }
}
