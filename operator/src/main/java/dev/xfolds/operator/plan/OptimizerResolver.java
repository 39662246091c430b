package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.AdamPlan;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.SgdPlan;
import dev.xfolds.operator.api.AdamSpec;
import dev.xfolds.operator.api.MomentumKind;
import dev.xfolds.operator.api.OptimizerSpec;
import dev.xfolds.operator.api.SgdSpec;
import java.util.List;
import java.util.stream.Stream;

/** Which optimizer, with its numbers. */
final class OptimizerResolver {

  private static final String PATH = "spec.training.optimizer";

  /** Of one moment: a code, and its share of the block's scale. */
  private static final double BYTES_OF_EIGHT_BITS = 1 + 4 / 256.0;

  private final Problems problems;

  OptimizerResolver(Problems problems) {
    this.problems = problems;
  }

  OptimizerPlan resolve(OptimizerSpec spec) {
    OptimizerPlan.Builder plan = OptimizerPlan.newBuilder();
    if (spec == null) {
      return plan.build();
    }
    List<String> named = named(spec);
    if (named.size() != 1) {
      problems.add(
          PATH,
          "must name exactly one of adam, adamw, adamax, adamw8bit and sgd, was %s",
          named.isEmpty() ? "none" : String.join(" and ", named));
      return plan.build();
    }
    switch (named.getFirst()) {
      case "adam" -> plan.setAdam(adam(spec.adam(), PATH + ".adam"));
      case "adamw" -> plan.setAdamw(adam(spec.adamw(), PATH + ".adamw"));
      case "adamax" -> plan.setAdamax(adam(spec.adamax(), PATH + ".adamax"));
      case "adamw8bit" -> plan.setAdamw8Bit(adam(spec.adamw8bit(), PATH + ".adamw8bit"));
      default -> plan.setSgd(sgd(spec.sgd(), PATH + ".sgd"));
    }
    return plan.build();
  }

  private static List<String> named(OptimizerSpec spec) {
    return Stream.of(
            spec.adam() == null ? "" : "adam",
            spec.adamw() == null ? "" : "adamw",
            spec.adamax() == null ? "" : "adamax",
            spec.adamw8bit() == null ? "" : "adamw8bit",
            spec.sgd() == null ? "" : "sgd")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private AdamPlan adam(AdamSpec spec, String path) {
    return AdamPlan.newBuilder()
        .setLearningRate(
            Decimals.positive(problems, spec.learningRate(), 0.001, path + ".learningRate"))
        .setBeta1(belowOne(spec.beta1(), 0.9, path + ".beta1"))
        .setBeta2(belowOne(spec.beta2(), 0.999, path + ".beta2"))
        .setEpsilon(Decimals.positive(problems, spec.epsilon(), 1e-8, path + ".epsilon"))
        .setWeightDecay(Decimals.read(problems, spec.weightDecay(), 0, path + ".weightDecay"))
        .build();
  }

  private SgdPlan sgd(SgdSpec spec, String path) {
    double momentum = belowOne(spec.momentum(), 0, path + ".momentum");
    boolean nesterov = spec.momentumKind() == MomentumKind.NESTEROV;
    if (nesterov && momentum == 0) {
      problems.add(
          path + ".momentum",
          "must be above 0 with momentumKind nesterov, was %s",
          spec.momentum() == null ? "absent" : spec.momentum());
    }
    return SgdPlan.newBuilder()
        .setLearningRate(
            Decimals.positive(problems, spec.learningRate(), 0.01, path + ".learningRate"))
        .setMomentum(momentum)
        .setNesterov(nesterov)
        .setWeightDecay(Decimals.read(problems, spec.weightDecay(), 0, path + ".weightDecay"))
        .build();
  }

  private double belowOne(String text, double otherwise, String path) {
    double value = Decimals.read(problems, text, otherwise, path);
    if (value >= 1) {
      problems.add(path, "must be below 1, was %s", text);
    }
    return value;
  }

  /** Bytes that an optimizer remembers of a trained parameter; small tensors' extra is left out. */
  static double bytesPerParameter(OptimizerPlan plan) {
    return switch (plan.getKindCase()) {
      case ADAM, ADAMW, ADAMAX -> 8;
      case ADAMW8BIT -> 2 * BYTES_OF_EIGHT_BITS;
      case SGD -> plan.getSgd().getMomentum() > 0 ? 4 : 0;
      case KIND_NOT_SET -> 0;
    };
  }
}
