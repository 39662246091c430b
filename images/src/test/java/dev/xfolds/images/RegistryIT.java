package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryIT {

  @TempDir private Path folder;
  private Path work;
  private Path file;

  @BeforeEach
  void layOut() throws IOException {
    work = Files.createDirectories(folder.resolve("work"));
    file = Files.writeString(folder.resolve("file.txt"), "content");
  }

  private ImageArchive image(Optional<String> base, String target) {
    return new ImageArchive(
        "localhost/xfolds/evaluator:1",
        base,
        List.of(new Layer("some", List.of(Layer.plain(file, target)))),
        Map.of(),
        Map.of(),
        "/opt/xfolds/bin/evaluator",
        Instant.EPOCH);
  }

  @Test
  void pushedImageIsTheArchivesAndServesAsABase() throws IOException, GeneralSecurityException {
    try (MemoryRegistry registry = new MemoryRegistry(folder)) {
      ImageArchive image = image(Optional.empty(), "/base.txt");
      String digest = image.write(folder.resolve("base.tar"), work);
      image.push(registry.name() + "/team/evaluator:1", work);
      assertThat(registry.digest("team/evaluator:1")).contains(digest);

      ImageArchive above =
          image(Optional.of(registry.name() + "/team/evaluator:1"), "/opt/xfolds/own.txt");
      Path archive = folder.resolve("above.tar");
      above.write(archive, work);
      assertThat(Tool.run(List.of("tar", "-tf", archive.toString()), Map.of()).lines())
          .as("two layers, configuration, manifest, layout, index and folders")
          .filteredOn(line -> line.matches("blobs/sha256/[0-9a-f]{64}"))
          .hasSize(4);
    }
  }

  @Test
  void registryThatIsAwayIsToldInOneLine() {
    assertThatExceptionOfType(ImagesException.class)
        .isThrownBy(() -> image(Optional.empty(), "/a").push("localhost:1/x/evaluator:1", work))
        .withMessageStartingWith("localhost:1/x/evaluator:1: ")
        .matches(e -> e.exitCode() == 1 && !e.getMessage().contains("\n"));
  }
}
