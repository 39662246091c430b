package dev.xfolds.datasets.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.xfolds.datasets.DataException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rows of a JSON array of objects, or of a file with an object a line. Numbers and booleans are
 * read as text.
 */
final class JsonRows {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private static final ObjectReader LINE =
      MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonRows() {}

  static void ofArray(AnnotationFile file, RowProblems problems, Consumer<Row> rows) {
    try (JsonParser parser = MAPPER.createParser(file.text())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new DataException(
            file.path() + " must be a JSON array of records, begins with " + found(parser));
      }
      int record = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        record++;
        int line = parser.currentTokenLocation().getLineNr();
        JsonNode node = MAPPER.readTree(parser);
        row("%s, record %,d (line %,d)".formatted(file.path(), record, line), node, problems, rows);
      }
      if (parser.nextToken() != null) {
        throw new DataException(
            "%s, line %,d: there is more after the array"
                .formatted(file.path(), parser.currentTokenLocation().getLineNr()));
      }
    } catch (JsonProcessingException e) {
      throw broken(file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(), e);
    } catch (IOException e) {
      throw broken(file, 0, e);
    }
  }

  static void ofLines(AnnotationFile file, RowProblems problems, Consumer<Row> rows) {
    int number = 0;
    for (String line : (Iterable<String>) file.text().lines()::iterator) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String place = "%s, line %,d".formatted(file.path(), number);
      try {
        row(place, LINE.readTree(line), problems, rows);
      } catch (JsonProcessingException e) {
        problems.error(place + ": is not JSON: " + e.getOriginalMessage());
      }
    }
  }

  private static void row(String place, JsonNode node, RowProblems problems, Consumer<Row> rows) {
    if (!node.isObject()) {
      problems.error(
          "%s: is %s, expected an object"
              .formatted(place, node.getNodeType().name().toLowerCase(Locale.ROOT)));
      return;
    }
    rows.accept(
        new Row(
            place,
            field -> {
              JsonNode value = node.get(field);
              return value == null || !value.isValueNode() || value.isNull()
                  ? Optional.empty()
                  : Optional.of(value.asText());
            },
            problems));
  }

  private static String found(JsonParser parser) throws IOException {
    return parser.currentToken() == null ? "nothing" : parser.getText();
  }

  private static DataException broken(AnnotationFile file, int line, IOException e) {
    String message =
        e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    return new DataException(
        "%s, line %,d: is not JSON: %s".formatted(file.path(), line, message), e);
  }
}
