package dev.xfolds.evaluator.report;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * One question with what was right and what the model said.
 *
 * @param image encoded JPEG or PNG
 * @param question empty for retrieval
 * @param truth right answers, at least one
 */
public record Example(
    ByteString image, String question, List<String> truth, String answer, boolean right) {

  public Example {
    truth = List.copyOf(truth);
  }
}
