package dev.xfolds.operator.api;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A file of TrainingRuns, one YAML document each.
 *
 * @param documents those that hold something, broken ones included
 * @param problems of the file as a whole: unreadable, not YAML, too large, empty
 */
public record TrainingRunFile(List<Document> documents, List<Problem> problems) {

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DOCUMENTS = 64;
  private static final List<String> TOP = List.of("apiVersion", "kind", "metadata", "spec");

  public TrainingRunFile {
    documents = List.copyOf(documents);
    problems = List.copyOf(problems);
  }

  /**
   * One document.
   *
   * @param number from 1
   * @param run what could be read; fields with a problem are absent
   * @param problems fields that are unknown, repeated or of a wrong type
   * @param lines line of each field, from 1
   */
  public record Document(
      int number, TrainingRun run, List<Problem> problems, Map<String, Integer> lines) {

    public Document {
      problems = List.copyOf(problems);
      lines = Map.copyOf(lines);
    }

    /** {@code document 2 (phantom-vqa): spec.model must be ..., was ... (line 34)}. */
    public String located(Problem problem) {
      String name = run.getMetadata().getName();
      int line = line(problem.path());
      return "document %d%s: %s%s"
          .formatted(
              number,
              name == null ? "" : " (" + name + ")",
              problem.text(),
              line == 0 ? "" : " (line " + line + ")");
    }

    /** Line of a field, or of the nearest field around it that the file has; 0 if none. */
    public int line(String path) {
      String at = path;
      while (!lines.containsKey(at)) {
        int end = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
        if (end < 0) {
          return 0;
        }
        at = at.substring(0, end);
      }
      return lines.get(at);
    }
  }

  /** Metadata that a file may give. */
  record Metadata(
      String name, String namespace, Map<String, String> labels, Map<String, String> annotations) {}

  /** Reads and parses a file; whatever is wrong with it is a problem, not an exception. */
  public static TrainingRunFile load(Path file) {
    try {
      if (!Files.exists(file)) {
        return broken("file %s does not exist".formatted(file));
      }
      if (!Files.isRegularFile(file)) {
        return broken("%s must be a file, was a folder".formatted(file));
      }
      if (Files.size(file) > MAX_BYTES) {
        return broken(
            "file %s must have at most %d bytes, had %d"
                .formatted(file, MAX_BYTES, Files.size(file)));
      }
      return parse(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString());
    } catch (CharacterCodingException e) {
      return broken("file %s must be UTF-8 text".formatted(file));
    } catch (IOException e) {
      return broken("file %s cannot be read: %s".formatted(file, e));
    }
  }

  /** Parses the text of a file. */
  public static TrainingRunFile parse(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(32)
            .setAllowRecursiveKeys(false)
            .build();
    List<Document> documents = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    try {
      int number = 0;
      for (Node node : new Compose(settings).composeAllFromString(text)) {
        if (++number > MAX_DOCUMENTS) {
          problems.add(
              new Problem("", "the file must have at most %d documents".formatted(MAX_DOCUMENTS)));
          break;
        }
        if (!node.getTag().equals(Tag.NULL)) {
          documents.add(document(number, node));
        }
      }
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark()
              .map(m -> "line %d, column %d: ".formatted(m.getLine() + 1, m.getColumn() + 1))
              .orElse("");
      problems.add(new Problem("", "the file is not YAML: " + where + e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(new Problem("", "the file is not YAML: " + e.getMessage()));
    }
    if (documents.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("", "the file must hold at least one TrainingRun, was empty"));
    }
    return new TrainingRunFile(withoutRepeatedNames(documents), problems);
  }

  private static Document document(int number, Node node) {
    SpecReader reader = new SpecReader();
    Map<String, Node> fields = reader.fields(node, "", TOP);
    if (!(node instanceof MappingNode)) {
      return new Document(number, empty(), reader.problems(), reader.lines());
    }
    expect(reader, fields, "apiVersion", TrainingRun.GROUP + "/" + TrainingRun.VERSION);
    expect(reader, fields, "kind", TrainingRun.KIND);
    TrainingRun run = new TrainingRun();
    Metadata metadata =
        fields.containsKey("metadata")
            ? reader.read(fields.get("metadata"), "metadata", Metadata.class)
            : null;
    if (metadata == null) {
      metadata = new Metadata(null, null, null, null);
    }
    run.setMetadata(
        new ObjectMetaBuilder()
            .withName(metadata.name())
            .withNamespace(metadata.namespace() == null ? "default" : metadata.namespace())
            .withLabels(metadata.labels())
            .withAnnotations(metadata.annotations())
            .build());
    if (fields.containsKey("spec")) {
      run.setSpec(reader.read(fields.get("spec"), "spec", TrainingRunSpec.class));
    }
    return new Document(number, run, reader.problems(), reader.lines());
  }

  private static TrainingRun empty() {
    TrainingRun run = new TrainingRun();
    run.setMetadata(new ObjectMetaBuilder().withNamespace("default").build());
    return run;
  }

  private static void expect(
      SpecReader reader, Map<String, Node> fields, String name, String expected) {
    String value =
        fields.get(name) instanceof ScalarNode scalar ? '"' + scalar.getValue() + '"' : "absent";
    if (!value.equals('"' + expected + '"')) {
      reader.problems().add(new Problem(name, "must be %s, was %s".formatted(expected, value)));
    }
  }

  private static List<Document> withoutRepeatedNames(List<Document> documents) {
    Map<String, Integer> first = new HashMap<>();
    List<Document> checked = new ArrayList<>();
    for (Document document : documents) {
      String name = document.run().getMetadata().getName();
      Integer earlier =
          name == null
              ? null
              : first.putIfAbsent(
                  document.run().getMetadata().getNamespace() + "/" + name, document.number());
      if (earlier == null) {
        checked.add(document);
        continue;
      }
      List<Problem> problems = new ArrayList<>(document.problems());
      problems.add(
          new Problem(
              "metadata.name",
              "must be unique in the file, was \"%s\" as in document %d".formatted(name, earlier)));
      checked.add(new Document(document.number(), document.run(), problems, document.lines()));
    }
    return checked;
  }

  private static TrainingRunFile broken(String message) {
    return new TrainingRunFile(List.of(), List.of(new Problem("", message)));
  }
}
