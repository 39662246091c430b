package dev.xfolds.operator.plan;

import java.util.List;
import java.util.Optional;

/** The tasks that the evaluator serves. */
final class Tasks {

  private static final List<Task> ALL = List.of(Resources.yaml("/tasks.yaml", Task[].class));

  private Tasks() {}

  static List<Task> all() {
    return ALL;
  }

  static List<String> names() {
    return ALL.stream().map(Task::task).toList();
  }

  static Optional<Task> find(String name) {
    return ALL.stream().filter(task -> task.task().equals(name)).findFirst();
  }
}
