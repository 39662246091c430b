package dev.xfolds.operator.plan;

import java.util.List;

/**
 * A task of the evaluator, as far as a plan needs it.
 *
 * @param task name@version
 * @param retrieval answered by a choice among captions, so by clip; otherwise by text
 * @param generated without files
 * @param testFiles no trainer may be shown these; from the root of the benchmark's volume
 */
record Task(
    String task,
    boolean retrieval,
    List<String> protocols,
    boolean generated,
    List<String> testFiles) {

  Task {
    protocols = List.copyOf(protocols);
    testFiles = testFiles == null ? List.of() : List.copyOf(testFiles);
  }
}
