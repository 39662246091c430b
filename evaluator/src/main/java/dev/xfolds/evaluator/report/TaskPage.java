package dev.xfolds.evaluator.report;

import dev.xfolds.evaluator.store.ReportDocument;
import java.util.List;

/**
 * What the page shows of one task.
 *
 * @param examples none if the task's data is not at hand
 */
public record TaskPage(ReportDocument document, List<Example> examples) {

  public TaskPage {
    examples = List.copyOf(examples);
  }
}
