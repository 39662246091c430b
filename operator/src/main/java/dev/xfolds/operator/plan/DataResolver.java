package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.PhantomPlan;
import dev.xfolds.operator.api.DataSpec;
import dev.xfolds.operator.api.Names;
import dev.xfolds.operator.api.PhantomSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Training data: which files a trainer is shown, and that no test file is among them. */
final class DataResolver {

  private static final int MAX_WEIGHT = 1000;

  private final Problems problems;

  DataResolver(Problems problems) {
    this.problems = problems;
  }

  List<DataPlan> resolve(List<DataSpec> specs, boolean clip) {
    Set<String> names = new HashSet<>();
    List<DataPlan> plans = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      String path = "spec.data[" + i + "]";
      DataSpec spec = specs.get(i);
      if (spec == null) {
        continue;
      }
      if (spec.name() != null && !names.add(spec.name())) {
        problems.add(path + ".name", "must be unique in spec.data, was \"%s\" twice", spec.name());
      }
      plans.add(resolve(spec, path, clip));
    }
    return plans;
  }

  DataPlan resolve(DataSpec spec, String path, boolean clip) {
    DataPlan.Builder plan =
        DataPlan.newBuilder()
            .setName(text(spec.name()))
            .setVolume(text(spec.volume()))
            .setSplit(text(spec.split()))
            .setDigest(text(spec.digest()))
            .addAllExcludeModalities(spec.excludeModalities())
            .setWeight(Decimals.positive(problems, spec.weight(), 1, path + ".weight"));
    if (plan.getWeight() > MAX_WEIGHT) {
      problems.add(path + ".weight", "must be at most %d, was %s", MAX_WEIGHT, spec.weight());
    }
    if (spec.format() == null) {
      return plan.build();
    }
    DataLayout layout = DataLayout.of(spec.format());
    plan.setFormat(layout.format());
    if (layout.captions() != clip) {
      problems.add(
          path + ".format",
          "must hold %s for %s, was %s",
          clip ? "captions" : "questions",
          clip ? "clip" : "vqaClassifier",
          layout.word());
    }
    if ("test".equals(spec.split())) {
      problems.add(path + ".split", "must not be test: a trainer never sees test data");
    }
    if (layout.roles().isEmpty()) {
      generated(spec, path, plan, layout);
    } else {
      files(spec, path, plan, layout);
    }
    return plan.build();
  }

  private void generated(DataSpec spec, String path, DataPlan.Builder plan, DataLayout layout) {
    if (spec.volume() != null) {
      problems.add(path + ".volume", "must be absent with format %s", layout.word());
    }
    if (!spec.files().isEmpty()) {
      problems.add(path + ".files", "must be absent with format %s", layout.word());
    }
    PhantomSpec phantom = spec.phantom();
    if (phantom == null) {
      problems.add(path + ".phantom", "must be given with format %s, was absent", layout.word());
      return;
    }
    plan.setPhantom(
        PhantomPlan.newBuilder()
            .setSeed(phantom.seed() == null ? 1 : phantom.seed())
            .setImages(phantom.images() == null ? 0 : phantom.images())
            .setImageSize(phantom.imageSize() == null ? 64 : phantom.imageSize()));
  }

  private void files(DataSpec spec, String path, DataPlan.Builder plan, DataLayout layout) {
    if (spec.phantom() != null) {
      problems.add(path + ".phantom", "must be absent with format %s", layout.word());
    }
    if (spec.volume() == null) {
      problems.add(path + ".volume", "must be given with format %s, was absent", layout.word());
    }
    Map<String, String> files = new TreeMap<>();
    Set<String> given = spec.files().keySet();
    for (String role : layout.required(given)) {
      if (spec.files().get(role) == null) {
        problems.add(
            path + ".files." + role, "must be given with format %s, was absent", layout.word());
      }
    }
    spec.files()
        .forEach(
            (role, file) -> {
              String field = path + ".files." + role;
              if (!layout.known(given).contains(role)) {
                problems.add(
                    field,
                    "is not a role of format %s; %s",
                    layout.word(),
                    Names.suggestion(role, layout.known(given)));
              } else if (file != null) {
                files.put(role, Volumes.normalized(problems, file, field));
                TestFiles.notIn(problems, file, field);
              }
            });
    plan.putAllFiles(files);
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
