package dev.xfolds.evaluator.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.xfolds.datasets.DataException;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.TaskItem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A file of answers: a JSON list of objects with {@code qid} (text or integer) and {@code answer}
 * (text or integer; other fields are ignored), or one such object a line.
 */
final class PredictionsFile {

  private static final long MOST_BYTES = 64L << 20;
  private static final int LONGEST_ANSWER = 4096;
  private static final int NAMED = 5;
  private static final String EXPECTED =
      "expected a JSON list of {\"qid\": ..., \"answer\": ...}, or one such object a line";
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Path file;

  private PredictionsFile(Path file) {
    this.file = file;
  }

  /**
   * @return answers in the task's order; empty text for a question that neither the protocol counts
   *     nor the file answers
   * @throws DataException naming the entry and what was expected
   */
  static List<String> read(Path file, TaskData data, Protocol protocol) {
    return new PredictionsFile(file).answers(data, protocol);
  }

  private List<String> answers(TaskData data, Protocol protocol) {
    Map<String, Integer> positions = data.positions();
    String[] answers = new String[data.items().size()];
    int[] entryOf = new int[answers.length];
    int number = 0;
    for (JsonNode entry : entries()) {
      number++;
      String qid = field(entry, "qid", number, "");
      String answer = field(entry, "answer", number, " (qid " + qid + ")");
      Integer position = positions.get(qid);
      if (position == null) {
        throw problem(
            "entry %d: qid %s is not a question of %s".formatted(number, qid, data.task().id()));
      }
      if (answers[position] != null) {
        throw problem(
            "entry %d: qid %s was answered before, in entry %d; expected one answer a question"
                .formatted(number, qid, entryOf[position]));
      }
      if (answer.length() > LONGEST_ANSWER) {
        throw problem(
            "entry %d (qid %s): answer must have at most %,d characters, has %,d"
                .formatted(number, qid, LONGEST_ANSWER, answer.length()));
      }
      answers[position] = answer;
      entryOf[position] = number;
    }
    checkComplete(answers, data, protocol);
    return Arrays.stream(answers).map(answer -> Objects.requireNonNullElse(answer, "")).toList();
  }

  private void checkComplete(String[] answers, TaskData data, Protocol protocol) {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      TaskItem item = data.items().get(i);
      if (answers[i] == null && protocol.counts(item.phraseType())) {
        missing.add(item.id());
      }
    }
    if (!missing.isEmpty()) {
      String names = missing.stream().limit(NAMED).collect(Collectors.joining(", "));
      throw problem(
          "no answer to %d of the %d questions that %s counts: qid %s%s"
              .formatted(
                  missing.size(),
                  protocol.questions(),
                  protocol.name(),
                  names,
                  missing.size() > NAMED ? ", ..." : ""));
    }
  }

  private String field(JsonNode entry, String name, int number, String which) {
    if (!entry.isObject()) {
      throw problem(
          "entry %d must be an object {\"qid\": ..., \"answer\": ...}, was %s"
              .formatted(number, shown(entry)));
    }
    JsonNode value = entry.get(name);
    if (value == null) {
      throw problem("entry %d%s: field \"%s\" is missing".formatted(number, which, name));
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw problem(
          "entry %d%s: %s must be text or an integer, was %s"
              .formatted(number, which, name, shown(value)));
    }
    return value.asText();
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private List<JsonNode> entries() {
    String text = text();
    if (text.stripLeading().startsWith("[")) {
      List<JsonNode> entries = new ArrayList<>();
      parse(text, 0).forEach(entries::add);
      return entries;
    }
    if (!text.stripLeading().startsWith("{")) {
      throw problem((text.isBlank() ? "is empty; " : "is not JSON; ") + EXPECTED);
    }
    List<JsonNode> entries = new ArrayList<>();
    int line = 0;
    for (String row : text.split("\n", -1)) {
      if (!row.isBlank()) {
        entries.add(parse(row, line));
      }
      line++;
    }
    return entries;
  }

  private JsonNode parse(String text, int linesBefore) {
    try {
      return JSON.readValue(text);
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw problem(
          "line %d, column %d: %s; %s"
              .formatted(
                  linesBefore + (place == null ? 1 : place.getLineNr()),
                  place == null ? 1 : place.getColumnNr(),
                  e.getOriginalMessage(),
                  EXPECTED));
    }
  }

  private String text() {
    try {
      if (Files.isDirectory(file)) {
        throw problem("is a folder; expected a file");
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw problem("must have at most %,d bytes, has %,d".formatted(MOST_BYTES, size));
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (NoSuchFileException e) {
      throw problem("does not exist");
    } catch (CharacterCodingException e) {
      throw problem("is not UTF-8 text; " + EXPECTED);
    } catch (IOException e) {
      throw problem("cannot be read: " + e.getMessage());
    }
  }

  private DataException problem(String text) {
    return new DataException("predictions " + file + ": " + text);
  }
}
