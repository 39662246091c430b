package dev.xfolds.evaluator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerLogIT {

  @TempDir Path folder;

  private static StoredAnswer answer(String item, String text) {
    return new StoredAnswer(item, Variant.REAL, text, null, "OPEN", 0.5f, 0.01f);
  }

  @Test
  void answersComeBackAsTheyWere() {
    Path file = folder.resolve("answers.jsonl");
    StoredAnswer odd = answer("q1", "two\nlines, \"quotes\", Lungenödem, \u2028 and 𝛼");
    try (AnswerLog log = AnswerLog.open(file)) {
      log.append(odd);
      log.append(new StoredAnswer("q1", Variant.BLANK, "", 3, null, null, 0f));
    }
    assertThat(AnswerLog.load(file))
        .containsExactly(odd, new StoredAnswer("q1", Variant.BLANK, "", 3, null, null, 0f));
  }

  @Test
  void lineTornAnywhereIsCutOffAndTheRestStays() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    try (AnswerLog log = AnswerLog.open(file)) {
      log.append(answer("q1", "a"));
      log.append(answer("q2", "b"));
    }
    byte[] whole = Files.readAllBytes(file);
    int first = new String(whole, java.nio.charset.StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = first; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      try (AnswerLog log = AnswerLog.open(file)) {
        assertThat(log.answers()).containsExactly(answer("q1", "a"));
        log.append(answer("q2", "b"));
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @Test
  void completeLineThatIsNoAnswerIsNamedAndNothingIsChanged() throws IOException {
    Path file = folder.resolve("answers.jsonl");
    try (AnswerLog log = AnswerLog.open(file)) {
      log.append(answer("q1", "a"));
    }
    Files.writeString(file, "not an answer\n", StandardOpenOption.APPEND);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> AnswerLog.open(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("answers.jsonl line 2 must be an answer in JSON");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void secondAnswerToAQuestionIsRefused() {
    try (AnswerLog log = AnswerLog.open(folder.resolve("answers.jsonl"))) {
      log.append(answer("q1", "a"));
      assertThatThrownBy(() -> log.append(answer("q1", "b")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(log.answers()).hasSize(1);
    }
  }

  @Test
  void fullDiskIsNamed() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "this system has no /dev/full");
    Path file = folder.resolve("report.json");
    Path beside = Files.createSymbolicLink(folder.resolve("report.json.tmp"), full);
    assertThatThrownBy(() -> AtomicFiles.write(file, new byte[100]))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("report.json cannot be written: No space left on device");
    assertThat(file).doesNotExist();
    Files.delete(beside);
  }
}
