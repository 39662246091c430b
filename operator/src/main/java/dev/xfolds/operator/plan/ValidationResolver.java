package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.operator.api.Metric;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.ValidationSpec;

/** Held-out data. */
final class ValidationResolver {

  private static final String PATH = "spec.validation";

  private final Problems problems;
  private final DataResolver data;

  ValidationResolver(Problems problems, DataResolver data) {
    this.problems = problems;
    this.data = data;
  }

  ValidationPlan resolve(ValidationSpec spec, TrainingRunSpec run, boolean clip) {
    if (run.training() == null) {
      problems.add(PATH, "must be absent when there is no training");
    }
    if ((spec.fraction() == null) == (spec.data() == null)) {
      problems.add(
          PATH,
          "must name exactly one of fraction and data, was %s",
          spec.fraction() == null ? "none" : "both");
    }
    if (clip && spec.metric() == Metric.ACCURACY) {
      problems.add(PATH + ".metric", "must be loss for clip, was accuracy");
    }
    if (spec.everySteps() != null
        && run.training() != null
        && run.training().steps() != null
        && spec.everySteps() > run.training().steps()) {
      problems.warn(
          "spec.validation.everySteps (%d) is above spec.training.steps (%d): validates once, at the"
                  .formatted(spec.everySteps(), run.training().steps())
              + " end");
    }
    ValidationPlan.Builder plan =
        ValidationPlan.newBuilder()
            .setEverySteps(spec.everySteps() == null ? 1 : spec.everySteps())
            .setMetric(spec.metric() == Metric.ACCURACY ? "accuracy" : "loss")
            .setPatience(spec.patience() == null ? 0 : spec.patience());
    if (spec.data() != null) {
      plan.setData(data.resolve(spec.data(), PATH + ".data", clip));
    } else {
      double fraction = Decimals.positive(problems, spec.fraction(), 0.1, PATH + ".fraction");
      if (fraction >= 1) {
        problems.add(PATH + ".fraction", "must be below 1, was %s", spec.fraction());
      }
      plan.setFraction(fraction);
    }
    return plan.build();
  }
}
