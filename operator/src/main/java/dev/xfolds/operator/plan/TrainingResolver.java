package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.AttentionKind;
import dev.xfolds.contract.v1.NonFinitePolicy;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.ScheduleKind;
import dev.xfolds.contract.v1.SchedulePlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.operator.api.Attention;
import dev.xfolds.operator.api.EmaSpec;
import dev.xfolds.operator.api.ScheduleSpec;
import dev.xfolds.operator.api.TrainingSpec;
import java.util.Locale;
import java.util.TreeSet;

/** How the model is trained. */
final class TrainingResolver {

  private static final String PATH = "spec.training";

  private final Problems problems;
  private final Profile profile;

  TrainingResolver(Problems problems, Profile profile) {
    this.problems = problems;
    this.profile = profile;
  }

  TrainingPlan resolve(TrainingSpec spec, boolean clip) {
    if ((spec.steps() == null) == (spec.epochs() == null)) {
      problems.add(
          PATH,
          "must name exactly one of steps and epochs, was %s",
          spec.steps() == null ? "none" : "both");
    }
    int batch = spec.batchSize() == null ? 1 : spec.batchSize();
    int accumulation = spec.gradientAccumulation() == null ? 1 : spec.gradientAccumulation();
    if (accumulation > 0 && batch % accumulation != 0) {
      problems.add(
          PATH + ".gradientAccumulation",
          "must divide batchSize (%d), was %d",
          batch,
          accumulation);
    }
    if (clip && accumulation > 0 && batch / accumulation < 2) {
      problems.add(
          PATH + ".batchSize",
          "must be at least 2 for clip, which compares the pairs of a batch, was %d",
          batch / accumulation);
    }
    TrainingPlan.Builder plan =
        TrainingPlan.newBuilder()
            .setSteps(spec.steps() == null ? 0 : spec.steps())
            .setEpochs(spec.epochs() == null ? 0 : spec.epochs())
            .setBatchSize(batch)
            .setGradientAccumulation(accumulation)
            .setOptimizer(new OptimizerResolver(problems).resolve(spec.optimizer()))
            .addAllParameterGroups(
                new ParameterGroupResolver(problems, clip).resolve(spec.parameterGroups()))
            .setEmaDecay(ema(spec.ema()))
            .setSchedule(schedule(spec))
            .setGradientClip(
                Decimals.read(problems, spec.gradientClip(), 1, PATH + ".gradientClip"))
            .setNonFinitePolicy(policy(spec.nonFinitePolicy()))
            .setSeed(spec.seed() == null ? 1 : spec.seed())
            .setThreads(spec.threads() == null ? profile.threads() : spec.threads())
            .setDataThreads(spec.dataThreads() == null ? profile.dataThreads() : spec.dataThreads())
            .setPrecision(precision(spec.precision()))
            .setAttention(
                spec.attention() == Attention.MATH ? AttentionKind.MATH : AttentionKind.FUSED)
            .setLogEverySteps(spec.logEverySteps() == null ? 10 : spec.logEverySteps())
            .setMaxUnreadableImages(
                spec.maxUnreadableImages() == null ? 100 : spec.maxUnreadableImages());
    plan.addAllFrozen(Parts.of(problems, spec.freeze(), clip, PATH + ".freeze"));
    if (plan.getFrozenList().containsAll(Parts.all(clip))) {
      problems.add(PATH + ".freeze", "must leave a part to train, was all of them");
    }
    return plan.build();
  }

  private double ema(EmaSpec spec) {
    if (spec == null) {
      return 0;
    }
    String path = PATH + ".ema.decay";
    double decay = Decimals.positive(problems, spec.decay(), 0, path);
    if (decay >= 1) {
      problems.add(path, "must be below 1, was %s", spec.decay());
    }
    return decay;
  }

  private SchedulePlan schedule(TrainingSpec training) {
    ScheduleSpec spec =
        training.schedule() == null ? new ScheduleSpec(null, null, null) : training.schedule();
    long warmup = spec.warmupSteps() == null ? 0 : spec.warmupSteps();
    if (training.steps() != null && warmup > training.steps()) {
      problems.add(
          PATH + ".schedule.warmupSteps",
          "must be at most steps (%d), was %d",
          training.steps(),
          warmup);
    }
    double last =
        Decimals.read(problems, spec.finalFraction(), 0, PATH + ".schedule.finalFraction");
    if (last > 1) {
      problems.add(
          PATH + ".schedule.finalFraction", "must be at most 1, was %s", spec.finalFraction());
    }
    return SchedulePlan.newBuilder()
        .setKind(kind(spec.kind()))
        .setWarmupSteps(warmup)
        .setFinalFraction(last)
        .build();
  }

  private static ScheduleKind kind(dev.xfolds.operator.api.ScheduleKind kind) {
    return switch (kind) {
      case null -> ScheduleKind.CONSTANT;
      case CONSTANT -> ScheduleKind.CONSTANT;
      case LINEAR -> ScheduleKind.LINEAR;
      case COSINE -> ScheduleKind.COSINE;
    };
  }

  private static NonFinitePolicy policy(dev.xfolds.operator.api.NonFinitePolicy policy) {
    return switch (policy) {
      case null -> NonFinitePolicy.STOP;
      case STOP -> NonFinitePolicy.STOP;
      case SKIP_STEP -> NonFinitePolicy.SKIP_STEP;
    };
  }

  private Precision precision(dev.xfolds.operator.api.Precision precision) {
    if (precision == null || precision == dev.xfolds.operator.api.Precision.FP32) {
      return Precision.FP32;
    }
    String word = precision.name().toLowerCase(Locale.ROOT);
    if (precision == dev.xfolds.operator.api.Precision.TF32) {
      problems.add(
          PATH + ".precision",
          "must be fp32 or bf16: this version of the trainer does not compute in tf32, was tf32");
    } else if (!profile.peakFlops().containsKey(word)) {
      problems.add(
          PATH + ".precision",
          "must be one that %s of profile %s has (%s), was %s",
          profile.device(),
          profile.name(),
          String.join(", ", new TreeSet<>(profile.peakFlops().keySet())),
          word);
    }
    return Precision.BF16;
  }
}
