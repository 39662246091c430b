package dev.xfolds.trainer.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A tokenizer.json of CLIP's kind with the given merges; tests change what they want wrong. */
public final class TokenizerJsons {

  private TokenizerJsons() {}

  public static ObjectNode of(List<String> merges) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.putObject("normalizer")
        .put("type", "Sequence")
        .putArray("normalizers")
        .add(root.objectNode().put("type", "NFC"))
        .add(root.objectNode().put("type", "Lowercase"));
    root.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(root.objectNode().put("type", "Split"))
        .add(root.objectNode().put("type", "ByteLevel"));
    ObjectNode model = root.putObject("model");
    model.put("type", "BPE").put("end_of_word_suffix", "</w>");
    model.put("continuing_subword_prefix", "").putNull("dropout");
    ObjectNode vocabulary = model.putObject("vocab");
    for (String suffix : List.of("", "</w>")) {
      ByteSymbols.ordered().forEach(symbol -> add(vocabulary, symbol + suffix));
    }
    ArrayNode list = model.putArray("merges");
    for (String merge : merges) {
      list.add(merge);
      add(vocabulary, merge.replace(" ", ""));
    }
    ArrayNode added = root.putArray("added_tokens");
    for (String token : List.of("<|startoftext|>", "<|endoftext|>")) {
      added.addObject().put("id", vocabulary.size()).put("content", token);
      add(vocabulary, token);
    }
    return root;
  }

  private static void add(ObjectNode vocabulary, String token) {
    vocabulary.put(token, vocabulary.size());
  }
}
