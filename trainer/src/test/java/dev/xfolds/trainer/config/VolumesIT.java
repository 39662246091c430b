package dev.xfolds.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VolumesIT {

  @TempDir Path folder;
  private Path root;
  private Volumes volumes;

  @BeforeEach
  void mount() throws IOException {
    root = Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("secret"), "outside");
    volumes = new Volumes(Map.of("data", root));
  }

  private static void assertInvalid(ThrowingCallable asked, String message) {
    assertThatThrownBy(asked)
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage(message);
  }

  @Test
  void fileAndFolderOfAVolumeAreFound() throws IOException {
    Path file = Files.writeString(Files.createDirectory(root.resolve("rad")).resolve("a.json"), "");
    assertThat(volumes.root("data[0]", "data")).isEqualTo(root);
    assertThat(volumes.file("data[0]", "data", "rad/a.json")).isEqualTo(file);
    assertThat(volumes.file("data[0]", "data", "rad/./x/../a.json")).isEqualTo(file);
    assertThat(volumes.file("data[0]", "data", "rad")).isEqualTo(root.resolve("rad"));
  }

  @Test
  void unknownVolumeIsRefused() {
    assertInvalid(
        () -> volumes.root("data[0]", "other"),
        "data[0].volume must be one of the mounted volumes [data], was \"other\"");
  }

  @Test
  void volumeThatIsNoFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path missing = folder.resolve("missing");
    Volumes broken = new Volumes(Map.of("file", file, "missing", missing));
    assertInvalid(
        () -> broken.root("data[0]", "file"),
        "--volume=file=" + file + ": must be a readable folder");
    assertInvalid(
        () -> broken.root("data[0]", "missing"),
        "--volume=missing=" + missing + ": must be a readable folder, does not exist");
  }

  @Test
  void pathOutsideOfItsVolumeIsRefused() {
    for (String path : new String[] {"../secret", "a/../../secret", "/etc/passwd", "../data2/a"}) {
      assertInvalid(
          () -> volumes.file("init_from.checkpoint", "data", path),
          "init_from.checkpoint.path must lie below its volume, was \"" + path + "\"");
    }
  }

  @Test
  void missingFileIsRefused() {
    assertInvalid(
        () -> volumes.file("init_from.checkpoint", "data", "a.json"),
        "init_from.checkpoint.path must be a readable file, was a.json (missing)");
  }
}
