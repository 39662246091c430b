package dev.xfolds.evaluator.task;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The catalogue of tasks. */
public final class Tasks {

  private static final List<TaskId> IDS =
      List.of(
          new TaskId("vqa-rad", 1),
          new TaskId("phantom-vqa", 1),
          new TaskId("phantom-retrieval", 1));

  private final Map<String, Task> byId;

  private Tasks(Map<String, Task> byId) {
    this.byId = byId;
  }

  /** Every task that this evaluator knows. */
  public static Tasks catalogue() {
    Map<String, Task> byId = new LinkedHashMap<>();
    var yaml = new YAMLMapper();
    for (TaskId id : IDS) {
      Task task = read(yaml, "/tasks/" + id.name() + "/" + id.version() + ".yaml");
      if (!task.id().equals(id)) {
        throw new IllegalStateException("the file of " + id + " describes " + task.id());
      }
      byId.put(id.toString(), task);
    }
    return new Tasks(byId);
  }

  public List<Task> all() {
    return List.copyOf(byId.values());
  }

  /**
   * The task of that name and version.
   *
   * @param id name@version
   * @throws UnknownNameException with the nearest name
   */
  public Task find(String id) {
    Task task = byId.get(id);
    if (task == null) {
      throw new UnknownNameException("task", id, byId.keySet());
    }
    return task;
  }

  private static Task read(YAMLMapper yaml, String resource) {
    try (InputStream stream = Tasks.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + resource + " is missing");
      }
      return yaml.readValue(stream, Task.class);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + resource + ": " + e.getMessage(), e);
    }
  }
}
