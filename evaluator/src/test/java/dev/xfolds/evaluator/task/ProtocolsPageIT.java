package dev.xfolds.evaluator.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.evaluator.protocol.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/protocols.md says what the tasks say. */
final class ProtocolsPageIT {

  @Test
  void pageHasARowForEachProtocolAndNoOther() throws IOException {
    List<String> rows = new ArrayList<>();
    for (Task task : Tasks.catalogue().all()) {
      for (Protocol protocol : task.protocols()) {
        rows.add(
            "| `%s` | `%s` | %d | %s | %s |"
                .formatted(
                    task.id(),
                    protocol.name(),
                    protocol.questions(),
                    protocol.description().strip(),
                    protocol.source().strip()));
      }
    }
    Path page = Path.of(System.getProperty("xfolds.root", "..")).resolve("docs/protocols.md");
    assertThat(Files.readAllLines(page).stream().filter(line -> line.startsWith("| `")).toList())
        .containsExactlyInAnyOrderElementsOf(rows);
  }
}
