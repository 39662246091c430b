package dev.xfolds.trainer.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.text.BytePairTable.Merge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * CLIP's vocabulary and merges out of a tokenizer.json. They go to the same {@link BytePair} as
 * CLIP's own list and not to Hugging Face's library, because that one cleans texts otherwise than
 * open_clip does, and a text should get the same ids from either file. A file that asks for another
 * model or another normalizer is refused. Added tokens other than start and end are plain text.
 */
final class TokenizerJson {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private static final String START = "<|startoftext|>";
  private static final String END = "<|endoftext|>";

  private TokenizerJson() {}

  /**
   * Parses and checks a tokenizer.json.
   *
   * @param name of the file, for messages
   * @throws TrainerException code 2 if it is no JSON or no tokenizer of CLIP's kind
   */
  static BytePairTable parse(String name, String text) {
    JsonNode root = tree(name, text);
    checkKind(name, root);
    Map<String, Integer> ids = ids(name, root);
    List<Merge> merges = merges(name, root.path("model").path("merges"));
    return ids.containsKey(BytePairFile.START)
        ? BytePairTable.of(name, ids, merges, BytePairFile.START, BytePairFile.END)
        : BytePairTable.of(name, ids, merges, START, END);
  }

  private static JsonNode tree(String name, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw TrainerException.invalid(
          "%s: must be %s, is not valid JSON: %s"
              .formatted(name, BytePairFile.EXPECTED, e.getOriginalMessage()),
          e);
    }
  }

  private static void checkKind(String name, JsonNode root) {
    JsonNode model = root.path("model");
    String type = model.path("type").asText();
    require(type.equals("BPE"), name, "model.type", "BPE", model.path("type"));
    JsonNode suffix = model.path("end_of_word_suffix");
    require(
        suffix.asText().equals(BytePairTable.END_OF_WORD),
        name,
        "model.end_of_word_suffix",
        "\"" + BytePairTable.END_OF_WORD + "\"",
        suffix);
    JsonNode prefix = model.path("continuing_subword_prefix");
    require(absent(prefix), name, "model.continuing_subword_prefix", "empty", prefix);
    JsonNode dropout = model.path("dropout");
    require(absent(dropout), name, "model.dropout", "null", dropout);
    List<String> normalizers = root.path("normalizer").findValuesAsText("type");
    require(
        normalizers.contains("Lowercase"),
        name,
        "normalizer",
        "one that has Lowercase, as CLIP's",
        root.path("normalizer"));
    List<String> splitters = root.path("pre_tokenizer").findValuesAsText("type");
    require(
        splitters.contains("ByteLevel"),
        name,
        "pre_tokenizer",
        "one that has ByteLevel, as CLIP's",
        root.path("pre_tokenizer"));
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull() || value.equals(TextNode.valueOf(""));
  }

  private static void require(
      boolean holds, String name, String field, String expected, JsonNode actual) {
    if (!holds) {
      throw TrainerException.invalid(
          "%s: %s must be %s, was %s".formatted(name, field, expected, shown(actual)));
    }
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "absent" : value.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static Map<String, Integer> ids(String name, JsonNode root) {
    JsonNode vocabulary = root.path("model").path("vocab");
    require(vocabulary.isObject(), name, "model.vocab", "an object of ids", vocabulary);
    Map<String, Integer> ids = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
      ids.put(entry.getKey(), id(name, "model.vocab of " + entry.getKey(), entry.getValue()));
    }
    for (JsonNode added : root.path("added_tokens")) {
      String content = added.path("content").asText();
      ids.put(content, id(name, "added_tokens.id of " + content, added.path("id")));
    }
    return ids;
  }

  private static int id(String name, String field, JsonNode value) {
    require(value.canConvertToInt() && value.isIntegralNumber(), name, field, "an id", value);
    return value.intValue();
  }

  private static List<Merge> merges(String name, JsonNode list) {
    require(list.isArray(), name, "model.merges", "a list", list);
    List<Merge> merges = new ArrayList<>();
    for (JsonNode element : list) {
      String where = "model.merges[" + merges.size() + "]";
      if (element.isArray()) {
        boolean pair = element.size() == 2 && element.get(0).isTextual();
        require(pair && element.get(1).isTextual(), name, where, "two tokens", element);
        merges.add(new Merge(element.get(0).textValue(), element.get(1).textValue()));
      } else {
        require(element.isTextual(), name, where, "two tokens", element);
        merges.add(BytePairFile.merge(name, where, element.textValue()));
      }
    }
    return merges;
  }
}
