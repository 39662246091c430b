package dev.xfolds.operator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.cli.XfoldsProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that may not read everything, as root may. */
final class UnreadableDataIT {
  @TempDir private Path folder;

  @Test
  void pathWithoutPermissionIsToldByField() throws IOException {
    Path data = Files.createDirectories(folder.resolve("vqa-rad/data_RAD"));
    Path questions = Files.writeString(data.resolve("trainset.json"), "[]");
    Files.setPosixFilePermissions(questions, PosixFilePermissions.fromString("---------"));
    Files.writeString(
        Files.createDirectories(folder.resolve("vqa-rad/images")).resolve("a.png"), "pixels");
    Path sample = XfoldsProcess.HOME.resolve("manifests/samples/vqa-rad.yaml");
    try (XfoldsProcess command =
        XfoldsProcess.startWithoutPowers(
            "run", sample.toString(), "--volume", "xfolds-data=" + folder)) {
      Ended ended = command.await();
      assertThat(ended.exitCode()).as(ended.text()).isEqualTo(2);
      assertThat(ended.text())
          .contains(
              "vqa-rad: spec.data[0].files.questions: %s cannot be read (volume xfolds-data is %s; set XFOLDS_DATA or"
                  .formatted(questions, folder));
    }
  }
}
