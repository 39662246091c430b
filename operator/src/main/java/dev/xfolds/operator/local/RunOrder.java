package dev.xfolds.operator.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs in an order in which each comes after the one it starts from; otherwise as in the file. */
final class RunOrder {
  private RunOrder() {}

  static List<LocalRun> of(List<LocalRun> runs) {
    Map<String, LocalRun> waiting = new LinkedHashMap<>();
    runs.forEach(run -> waiting.put(key(run.names().namespace(), run.plan().getName()), run));
    List<LocalRun> ordered = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Optional<LocalRun> next =
          waiting.values().stream()
              .filter(run -> parent(run).map(p -> !waiting.containsKey(p)).orElse(true))
              .findFirst();
      LocalRun chosen =
          next.orElseThrow(
              () ->
                  new LocalException(
                      "spec.initFrom.run of %s form a circle".formatted(waiting.keySet())));
      waiting.remove(key(chosen.names().namespace(), chosen.plan().getName()));
      ordered.add(chosen);
    }
    return ordered;
  }

  private static Optional<String> parent(LocalRun run) {
    return run.plan().getInitFrom().hasRun()
        ? Optional.of(key(run.names().namespace(), run.plan().getInitFrom().getRun()))
        : Optional.empty();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
