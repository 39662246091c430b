package dev.xfolds.operator.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one YAML document into records, and notes every field that is unknown, repeated or of a
 * wrong type. What cannot be read is null.
 */
final class SpecReader {

  private static final int MAX_NODES = 20_000;

  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private int nodes;

  List<Problem> problems() {
    return problems;
  }

  /** Line of each field that was read, from 1. */
  Map<String, Integer> lines() {
    return lines;
  }

  /** The entries of a mapping by key; empty after a problem. */
  Map<String, Node> fields(Node node, String path, List<String> known) {
    Map<String, Node> fields = new LinkedHashMap<>();
    if (!(node instanceof MappingNode mapping)) {
      problem(node, path, "must be a mapping, was " + shown(node));
      return fields;
    }
    for (NodeTuple entry : mapping.getValue()) {
      Node key = entry.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        problem(key, path, "must have plain keys, was " + shown(key));
        continue;
      }
      String name = scalar.getValue();
      String child = path.isEmpty() ? name : path + "." + name;
      Integer before = lines.get(child);
      if (fields.containsKey(name)) {
        problem(key, child, "is given twice, first in line " + before);
      } else if (!known.isEmpty() && !known.contains(name)) {
        problem(key, child, "is not a field; " + Names.suggestion(name, known));
      } else {
        lines.put(child, line(key));
        fields.put(name, entry.getValueNode());
      }
    }
    return fields;
  }

  <R extends Record> R read(Node node, String path, Class<R> type) {
    return type.cast(value(node, path, type));
  }

  private Object value(Node node, String path, Type type) {
    if (++nodes > MAX_NODES) {
      if (nodes == MAX_NODES + 1) {
        problem(node, path, "must be smaller: the document has more than 20,000 values");
      }
      return null;
    }
    lines.putIfAbsent(path, line(node));
    if (node.getTag().equals(Tag.NULL)) {
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      return generic.getRawType() == List.class
          ? list(node, path, element)
          : map(node, path, element);
    }
    Class<?> plain = (Class<?>) type;
    return plain.isRecord() ? object(node, path, plain) : scalar(node, path, plain);
  }

  private Object object(Node node, String path, Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Map<String, Node> fields =
        fields(node, path, Arrays.stream(components).map(RecordComponent::getName).toList());
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Node field = fields.get(components[i].getName());
      if (field != null) {
        String child =
            path.isEmpty() ? components[i].getName() : path + "." + components[i].getName();
        arguments[i] = value(field, child, components[i].getGenericType());
      }
    }
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no public canonical constructor", e);
    }
  }

  private List<Object> list(Node node, String path, Type element) {
    if (!(node instanceof SequenceNode sequence)) {
      problem(node, path, "must be a list, was " + shown(node));
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      String child = path + "[" + values.size() + "]";
      if (item.getTag().equals(Tag.NULL)) {
        problem(item, child, "must have a value, was empty");
      }
      values.add(value(item, child, element));
    }
    return values;
  }

  private Map<String, Object> map(Node node, String path, Type element) {
    Map<String, Object> values = new LinkedHashMap<>();
    fields(node, path, List.of())
        .forEach((key, item) -> values.put(key, value(item, path + "." + key, element)));
    return values;
  }

  private Object scalar(Node node, String path, Class<?> type) {
    if (type.isEnum()) {
      return constant(node, path, type);
    }
    if (type == String.class) {
      if (node instanceof ScalarNode text && text.getTag().equals(Tag.STR)) {
        return text.getValue();
      }
      problem(
          node,
          path,
          node instanceof ScalarNode text
              ? "must be a string, was %s; write \"%s\"".formatted(text.getValue(), text.getValue())
              : "must be a string, was " + shown(node));
      return null;
    }
    return integer(node, path, type);
  }

  private Object integer(Node node, String path, Class<?> type) {
    if (node instanceof ScalarNode number && number.getTag().equals(Tag.INT)) {
      try {
        long value = Long.decode(number.getValue().replaceFirst("^0o", "0"));
        return type == Long.class ? (Object) value : (Object) Math.toIntExact(value);
      } catch (NumberFormatException | ArithmeticException e) {
        problem(node, path, "must be an integer of at most 2147483647, was " + number.getValue());
        return null;
      }
    }
    problem(node, path, "must be an integer, was " + shown(node));
    return null;
  }

  private Object constant(Node node, String path, Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(word((Enum<?>) constant), constant);
    }
    String word = node instanceof ScalarNode text ? text.getValue() : null;
    if (word == null || !constants.containsKey(word)) {
      problem(
          node,
          path,
          "must be one of %s, was %s".formatted(String.join(", ", constants.keySet()), shown(node))
              + (word == null
                  ? ""
                  : Names.nearest(word, constants.keySet())
                      .map(near -> "; did you mean " + near + "?")
                      .orElse("")));
      return null;
    }
    return constants.get(word);
  }

  /** The word that stands for a constant in files and schema. */
  static String word(Enum<?> constant) {
    try {
      return constant
          .getDeclaringClass()
          .getField(constant.name())
          .getAnnotation(JsonProperty.class)
          .value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(constant + " is no constant of its class", e);
    }
  }

  private void problem(Node node, String path, String message) {
    lines.putIfAbsent(path, line(node));
    problems.add(new Problem(path, message));
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static String shown(Node node) {
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.STR) ->
          '"' + shortened(scalar.getValue()) + '"';
      case ScalarNode scalar ->
          scalar.getTag().equals(Tag.NULL) ? "empty" : shortened(scalar.getValue());
      case SequenceNode list -> "a list";
      default -> "a mapping";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
