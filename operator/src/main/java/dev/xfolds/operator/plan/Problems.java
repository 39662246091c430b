package dev.xfolds.operator.plan;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.xfolds.operator.api.Problem;
import java.util.ArrayList;
import java.util.List;

/** Problems and warnings of one run, collected while its plan is made. */
final class Problems {

  private final List<Problem> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** Adds a problem; of several with one field the first is kept. */
  @FormatMethod
  void add(String path, @FormatString String message, Object... arguments) {
    Problem problem = new Problem(path, message.formatted(arguments));
    if (problems.stream().noneMatch(p -> p.path().equals(path))) {
      problems.add(problem);
    }
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  List<Problem> all() {
    return List.copyOf(problems);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  boolean none() {
    return problems.isEmpty();
  }
}
