package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.operator.api.EvaluationSpec;
import dev.xfolds.operator.api.Names;
import dev.xfolds.operator.api.TrainingRunSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Benchmarks of a run. */
final class EvaluationResolver {

  private final Problems problems;

  EvaluationResolver(Problems problems) {
    this.problems = problems;
  }

  List<EvaluationPlan> resolve(TrainingRunSpec spec, boolean clip) {
    List<EvaluationPlan> plans = new ArrayList<>();
    Set<String> tasks = new HashSet<>();
    for (int i = 0; i < spec.evaluation().size(); i++) {
      EvaluationSpec evaluation = spec.evaluation().get(i);
      if (evaluation == null || evaluation.task() == null) {
        continue;
      }
      String path = "spec.evaluation[" + i + "]";
      if (!tasks.add(evaluation.task())) {
        problems.add(path + ".task", "must be unique, was %s twice", evaluation.task());
      }
      Optional<Task> task = Tasks.find(evaluation.task());
      if (task.isEmpty()) {
        problems.add(
            path + ".task",
            "must be a known task, was \"%s\"; %s",
            evaluation.task(),
            Names.suggestion(evaluation.task(), Tasks.names()));
      } else {
        plans.add(resolve(evaluation, task.get(), clip, path));
      }
    }
    return plans;
  }

  private EvaluationPlan resolve(EvaluationSpec spec, Task task, boolean clip, String path) {
    if (task.retrieval() != clip) {
      problems.add(
          path + ".task",
          "must be a task that %s can answer, was %s; known: %s",
          clip ? "clip" : "vqaClassifier",
          task.task(),
          String.join(
              ", ",
              Tasks.all().stream()
                  .filter(known -> known.retrieval() == clip)
                  .map(Task::task)
                  .toList()));
    }
    for (int i = 0; i < spec.protocols().size(); i++) {
      String protocol = spec.protocols().get(i);
      if (protocol != null && !task.protocols().contains(protocol)) {
        problems.add(
            path + ".protocols[" + i + "]",
            "must be a protocol of %s, was \"%s\"; %s",
            task.task(),
            protocol,
            Names.suggestion(protocol, task.protocols()));
      }
    }
    if (task.generated() && spec.volume() != null) {
      problems.add(
          path + ".volume", "must be absent: %s is generated, was %s", task.task(), spec.volume());
    }
    if (!task.generated() && spec.volume() == null) {
      problems.add(path + ".volume", "must name the volume with %s, was absent", task.task());
    }
    return EvaluationPlan.newBuilder()
        .setTask(task.task())
        .addAllProtocols(
            spec.protocols().isEmpty()
                ? task.protocols()
                : spec.protocols().stream().distinct().toList())
        .setVolume(spec.volume() == null ? "" : spec.volume())
        .setEverySteps(spec.everySteps() == null ? 0 : spec.everySteps())
        .addAllExcludeModalities(spec.excludeModalities())
        .build();
  }
}
