package dev.xfolds.evaluator.task;

/** A task's name and version, written {@code vqa-rad@1}. */
public record TaskId(String name, int version) {

  public TaskId {
    if (name.isEmpty() || version < 1) {
      throw new IllegalArgumentException(
          "a task must have a name and a version from 1, was " + name + "@" + version);
    }
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
