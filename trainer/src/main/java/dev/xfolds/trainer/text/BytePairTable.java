package dev.xfolds.trainer.text;

import dev.xfolds.trainer.config.TrainerException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a byte-pair file says, checked: ids 0..n-1, every byte, and merges that each join two tokens
 * made before it.
 *
 * @param ids by token
 * @param merges in the order in which they were learned
 * @param start name of the start token
 * @param end name of the end token
 */
record BytePairTable(Map<String, Integer> ids, List<Merge> merges, String start, String end) {

  static final String END_OF_WORD = "</w>";

  /** Two tokens that become one. */
  record Merge(String left, String right) {

    String result() {
      return left + right;
    }
  }

  /**
   * Checks a table.
   *
   * @param name of the file, for messages
   * @throws TrainerException code 2 if it contradicts itself
   */
  static BytePairTable of(
      String name, Map<String, Integer> ids, List<Merge> merges, String start, String end) {
    for (String special : List.of(start, end)) {
      if (!ids.containsKey(special)) {
        throw TrainerException.invalid(
            "%s: vocabulary must hold the token %s, has none".formatted(name, special));
      }
    }
    checkMerges(name, ids, merges);
    checkIds(name, ids);
    return new BytePairTable(Collections.unmodifiableMap(ids), List.copyOf(merges), start, end);
  }

  private static void checkIds(String name, Map<String, Integer> ids) {
    String[] tokens = new String[ids.size()];
    ids.forEach(
        (token, id) -> {
          if (id < 0 || id >= tokens.length || tokens[id] != null) {
            throw TrainerException.invalid(
                "%s: ids of the vocabulary must be 0..%d, each once, was %d for \"%s\""
                    .formatted(name, tokens.length - 1, id, token));
          }
          tokens[id] = token;
        });
  }

  private static void checkMerges(String name, Map<String, Integer> ids, List<Merge> merges) {
    Set<String> made = new HashSet<>();
    for (int value = 0; value < ByteSymbols.COUNT; value++) {
      made.add(ByteSymbols.of(value));
      made.add(ByteSymbols.of(value) + END_OF_WORD);
    }
    for (String symbol : made) {
      if (!ids.containsKey(symbol)) {
        throw TrainerException.invalid(
            "%s: vocabulary must hold every byte, inside and at the end of a word, lacks \"%s\""
                .formatted(name, symbol));
      }
    }
    Set<Merge> seen = new HashSet<>();
    for (Merge merge : merges) {
      String problem = "";
      if (!seen.add(merge)) {
        problem = "is there twice";
      } else if (!made.contains(merge.left()) || !made.contains(merge.right())) {
        problem = "must join two tokens that are bytes or were merged before";
      } else if (!ids.containsKey(merge.result())) {
        problem = "must give a token of the vocabulary";
      }
      if (!problem.isEmpty()) {
        throw TrainerException.invalid(
            "%s: merge %d \"%s %s\" %s"
                .formatted(name, seen.size(), merge.left(), merge.right(), problem));
      }
      made.add(merge.result());
    }
  }
}
