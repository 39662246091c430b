package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.CheckpointManifest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each damage is told, and the next older checkpoint takes the place of the damaged one. */
final class CheckpointIT {

  @TempDir Path runs;
  private TestRun run;
  private CheckpointStore store;

  @FunctionalInterface
  private interface Damage {
    void to(Path folder) throws IOException;
  }

  @BeforeEach
  void writeTwo() {
    run = new TestRun(runs);
    store = run.store(1, 2);
    TestRun.write(store, 5, true);
    TestRun.write(store, 10, true);
  }

  private static Arguments file(String message, Damage damage) {
    return arguments(message, damage);
  }

  private static Arguments manifest(String message, Consumer<CheckpointManifest.Builder> change) {
    return arguments("manifest.json: " + message, (Damage) folder -> rewrite(folder, change));
  }

  private static void rewrite(Path folder, Consumer<CheckpointManifest.Builder> change)
      throws IOException {
    Path file = folder.resolve("manifest.json");
    CheckpointManifest.Builder manifest = CheckpointManifest.newBuilder();
    JsonFormat.parser().merge(Files.readString(file), manifest);
    change.accept(manifest);
    Files.writeString(file, JsonFormat.printer().print(manifest));
  }

  private static void truncate(Path file, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        file("model.safetensors: is missing", f -> Files.delete(f.resolve("model.safetensors"))),
        file(
            "model.safetensors: must have 13 bytes, has 3",
            f -> truncate(f.resolve("model.safetensors"), 3)),
        file("model.safetensors: sha-256 must be ", f -> flip(f.resolve("model.safetensors"))),
        file(
            "optimizer-0.safetensors: sha-256 must be ",
            f -> flip(f.resolve("optimizer-0.safetensors"))),
        file("state.json: is missing", f -> Files.delete(f.resolve("state.json"))),
        file("state.json: sha-256 must be ", f -> flip(f.resolve("state.json"))),
        file("manifest.json: is missing", f -> Files.delete(f.resolve("manifest.json"))),
        file(
            "manifest.json: must be a CheckpointManifest in protobuf JSON: ",
            f -> truncate(f.resolve("manifest.json"), 100)),
        file(
            "manifest.json: must be a CheckpointManifest in protobuf JSON: ",
            f -> truncate(f.resolve("manifest.json"), 0)),
        manifest("format must be 1, was 2", m -> m.setFormat(2)),
        manifest("digest must be ", m -> m.setDigest("0".repeat(64))),
        manifest("files must name model.safetensors", CheckpointManifest.Builder::clearFiles),
        manifest("files must name state.json", m -> m.removeFiles(m.getFilesCount() - 1)),
        manifest(
            "files must lie in the checkpoint's folder, was \"../step-00000005/model.safetensors\"",
            m -> m.addFilesBuilder().setPath("../step-00000005/model.safetensors")),
        manifest(
            "files must lie in the checkpoint's folder, was \"/\"",
            m -> m.addFilesBuilder().setPath("/")),
        manifest(
            "files must lie in the checkpoint's folder, was \"..\"",
            m -> m.addFilesBuilder().setPath("..")),
        manifest(
            "files must lie in the checkpoint's folder, was \"a\0b\"",
            m -> m.addFilesBuilder().setPath("a\0b")),
        file(
            "state.json: step must be that of the manifest (11), was 10",
            f -> rewrite(f, m -> m.setStep(11))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void damagedCheckpointIsPassedOver(String message, Damage damage) throws IOException {
    damage.to(run.folder(10));
    assertThatThrownBy(() -> Checkpoint.read(run.folder(10)))
        .isInstanceOf(DamagedCheckpointException.class)
        .hasMessageStartingWith(run.folder(10) + "/" + message);
    assertThat(store.latest().orElseThrow().step()).isEqualTo(5);
    assertThat(store.best().orElseThrow().step()).isEqualTo(5);
  }

  @Test
  void withoutAWholeCheckpointThereIsNone() throws IOException {
    flip(run.folder(5).resolve("state.json"));
    flip(run.folder(10).resolve("state.json"));
    assertThat(store.latest()).isEmpty();
    assertThat(store.best()).isEmpty();
  }
}
