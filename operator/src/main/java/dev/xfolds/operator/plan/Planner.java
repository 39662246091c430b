package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.Names;
import dev.xfolds.operator.api.Problem;
import dev.xfolds.operator.api.TrainingRun;
import dev.xfolds.operator.api.TrainingRunSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes the plan of one run, or says everything that is wrong with it. */
public final class Planner {

  private final Options options;

  public Planner(Options options) {
    this.options = options;
  }

  /** What planning a run gives. */
  public sealed interface Outcome {

    /** The run can start. */
    record Accepted(PlannedRun run) implements Outcome {}

    /** The user has to change the file. */
    record Rejected(List<Problem> problems, List<String> warnings) implements Outcome {
      public Rejected {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
      }
    }
  }

  /**
   * Plans one run.
   *
   * @param known model of a run in the same namespace by its name, for {@code initFrom.run}; empty
   *     if there is no such run
   */
  public Outcome plan(TrainingRun run, Function<String, Optional<ModelPlan>> known) {
    Problems problems = new Problems();
    ObjectMeta metadata = run.getMetadata() == null ? new ObjectMeta() : run.getMetadata();
    checkName(metadata.getName(), "metadata.name", problems);
    if (metadata.getName() != null && metadata.getName().matches("[0-9].*")) {
      problems.add(
          "metadata.name",
          "must begin with a letter, as names of Services do, was \"%s\"",
          metadata.getName());
    }
    checkName(
        metadata.getNamespace() == null ? "default" : metadata.getNamespace(),
        "metadata.namespace",
        problems);
    TrainingRunSpec spec = run.getSpec();
    if (spec == null) {
      problems.add("spec", "must be given, was absent");
      return rejected(problems);
    }
    new SchemaCheck(problems).check(spec, "spec");
    Profile hardware = profile(spec, problems);
    Profile profile = hardware.ofRanks(WorldSize.of(spec).ranks());
    RunPlan.Builder plan = resolve(spec, profile, problems, known);
    plan.setNamespace(metadata.getNamespace() == null ? "default" : metadata.getNamespace())
        .setName(metadata.getName() == null ? "" : metadata.getName())
        .setUid(metadata.getUid() == null ? "" : metadata.getUid());
    if (!problems.none()) {
      return rejected(problems);
    }
    plan.setCost(new CostResolver(profile, options.utilisation()).resolve(plan));
    plan.setCheckpoint(CheckpointResolver.resolve(spec.checkpoint(), plan));
    new PlanChecks(problems).check(spec, plan, profile);
    if (!problems.none()) {
      return rejected(problems);
    }
    return new Outcome.Accepted(
        new PlannedRun(run, RunDigest.sign(plan.build()), hardware, problems.warnings()));
  }

  /** The model of a run that another one starts from; empty if it has no spec. */
  public static Optional<ModelPlan> model(TrainingRun run) {
    return Optional.ofNullable(run.getSpec())
        .map(spec -> new ModelResolver(new Problems()).resolve(spec.model()));
  }

  private static RunPlan.Builder resolve(
      TrainingRunSpec spec,
      Profile profile,
      Problems problems,
      Function<String, Optional<ModelPlan>> known) {
    boolean clip = spec.model() == null || spec.model().clip() != null;
    ModelPlan model = new ModelResolver(problems).resolve(spec.model());
    DataResolver data = new DataResolver(problems);
    RunPlan.Builder plan =
        RunPlan.newBuilder()
            .setModel(model)
            .addAllData(data.resolve(spec.data(), clip))
            .setParallelism(ParallelismResolver.resolve(spec))
            .addAllEvaluations(new EvaluationResolver(problems).resolve(spec, clip));
    if (spec.initFrom() != null) {
      plan.setInitFrom(new InitResolver(problems, known).resolve(spec.initFrom(), model));
    }
    if (spec.training() != null) {
      plan.setTraining(new TrainingResolver(problems, profile).resolve(spec.training(), clip));
      if (spec.data().isEmpty()) {
        problems.add("spec.data", "must have at least one entry to train on, was empty");
      }
    } else if (spec.initFrom() == null) {
      problems.add(
          "spec.training", "must be given, or initFrom to evaluate existing weights, was absent");
    } else if (spec.evaluation().isEmpty()) {
      problems.add("spec.evaluation", "must have an entry when there is no training, was empty");
    }
    new ParallelismResolver(problems).check(plan, profile);
    if (spec.validation() != null) {
      plan.setValidation(
          new ValidationResolver(problems, data).resolve(spec.validation(), spec, clip));
    }
    return plan;
  }

  private Profile profile(TrainingRunSpec spec, Problems problems) {
    String given = spec.resources() == null ? null : spec.resources().profile();
    String name = options.profile().orElse(given == null ? Profiles.DEFAULT : given);
    Optional<Profile> profile = Profiles.find(name);
    if (profile.isEmpty()) {
      problems.add(
          options.profile().isPresent() ? "--profile" : "spec.resources.profile",
          "must be a known profile, was \"%s\"; %s",
          name,
          Names.suggestion(name, Profiles.names()));
    }
    return profile.orElseGet(() -> Profiles.find(Profiles.DEFAULT).orElseThrow());
  }

  private static void checkName(String name, String path, Problems problems) {
    if (name == null) {
      problems.add(path, "must be given, was absent");
    } else if (name.length() > 40 || !name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
      problems.add(
          path,
          "must be at most 40 lower-case letters, digits and inner hyphens, was \"%s\"",
          name);
    }
  }

  private static Outcome.Rejected rejected(Problems problems) {
    return new Outcome.Rejected(problems.all(), problems.warnings());
  }
}
