package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.operator.api.Problem;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.api.TrainingRunFile.Document;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plans of all runs of a file.
 *
 * @param runs in the order of the file; those with problems are left out
 * @param problems of the whole file, a sentence each, with document, run, field and line
 * @param warnings of runs with problems, as problems are told
 */
public record FilePlan(List<PlannedRun> runs, List<String> problems, List<String> warnings) {

  public FilePlan {
    runs = List.copyOf(runs);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** Plans every run, those with {@code initFrom.run} after the run that they start from. */
  public static FilePlan of(TrainingRunFile file, Options options) {
    return new Sweep(file, new Planner(options)).plan();
  }

  private static final class Sweep {

    private final TrainingRunFile file;
    private final Planner planner;
    private final Map<String, Document> documents = new LinkedHashMap<>();
    private final Map<String, ModelPlan> models = new HashMap<>();

    Sweep(TrainingRunFile file, Planner planner) {
      this.file = file;
      this.planner = planner;
      for (Document document : file.documents()) {
        String name = document.run().getMetadata().getName();
        if (name != null) {
          documents.putIfAbsent(key(document.run(), name), document);
        }
      }
    }

    FilePlan plan() {
      List<String> problems = new ArrayList<>(file.problems().stream().map(Problem::text).toList());
      List<String> warnings = new ArrayList<>();
      List<PlannedRun> runs = new ArrayList<>();
      for (Document document : file.documents()) {
        for (Problem problem : document.problems()) {
          problems.add(document.located(problem));
        }
        cycle(document).ifPresent(problem -> problems.add(document.located(problem)));
        switch (planner.plan(document.run(), name -> model(document.run(), name))) {
          case Planner.Outcome.Accepted(PlannedRun run) -> runs.add(run);
          case Planner.Outcome.Rejected(List<Problem> found, List<String> noted) -> {
            found.stream()
                .filter(problem -> document.problems().stream().noneMatch(p -> hides(p, problem)))
                .forEach(problem -> problems.add(document.located(problem)));
            noted.forEach(
                warning -> warnings.add(document.located(new Problem("", "warning: " + warning))));
          }
        }
      }
      return new FilePlan(runs, problems, warnings);
    }

    /** A field that could not be read has its problem already; so has all that lies in it. */
    private static boolean hides(Problem read, Problem planned) {
      String path = planned.path();
      return read.path().isEmpty()
          || path.equals(read.path())
          || path.startsWith(read.path() + ".")
          || path.startsWith(read.path() + "[")
          || misses(planned, read.path());
    }

    /**
     * Whether a field was missed only because it could not be read: one of the alternatives that a
     * message names, or a preset that sizes are taken from.
     */
    private static boolean misses(Problem planned, String read) {
      int end = read.lastIndexOf('.');
      if (end < 0) {
        return false;
      }
      String around = read.substring(0, end);
      String field = read.substring(end + 1);
      boolean here = planned.path().equals(around);
      boolean below = here || planned.path().startsWith(around + ".");
      boolean missing =
          planned.message().endsWith(", was none")
              || planned.message().endsWith(", was absent")
              || planned.message().startsWith("must be given");
      return missing
          && ((below && field.equals("preset"))
              || (here && Arrays.asList(planned.message().split("[ ,]+", -1)).contains(field)));
    }

    private Optional<ModelPlan> model(TrainingRun from, String name) {
      Document document = documents.get(key(from, name));
      if (document == null || document.run().getSpec() == null) {
        return Optional.empty();
      }
      return Optional.of(
          models.computeIfAbsent(
              key(from, name), key -> Planner.model(document.run()).orElseThrow()));
    }

    private Optional<Problem> cycle(Document start) {
      List<String> path = new ArrayList<>();
      Document at = start;
      while (at != null) {
        String name = at.run().getMetadata().getName();
        if (path.contains(name)) {
          path.add(name);
          return path.getFirst().equals(name)
              ? Optional.of(
                  new Problem(
                      "spec.initFrom.run",
                      "must not lead back to the run itself, was " + String.join(" -> ", path)))
              : Optional.empty();
        }
        path.add(name);
        String next = source(at.run());
        at = next == null ? null : documents.get(key(at.run(), next));
      }
      return Optional.empty();
    }

    private static String source(TrainingRun run) {
      return run.getSpec() == null || run.getSpec().initFrom() == null
          ? null
          : run.getSpec().initFrom().run();
    }

    private static String key(TrainingRun run, String name) {
      return run.getMetadata().getNamespace() + "/" + name;
    }
  }
}
