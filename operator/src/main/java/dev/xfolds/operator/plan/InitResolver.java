package dev.xfolds.operator.plan;

import com.google.protobuf.Message;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.InitPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.ModelPlan;
import dev.xfolds.operator.api.InitFromSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Where the first weights come from, and whether they fit. */
final class InitResolver {

  private static final String PATH = "spec.initFrom";

  private final Problems problems;
  private final Function<String, Optional<ModelPlan>> known;

  InitResolver(Problems problems, Function<String, Optional<ModelPlan>> known) {
    this.problems = problems;
    this.known = known;
  }

  InitPlan resolve(InitFromSpec spec, ModelPlan model) {
    if ((spec.run() == null) == (spec.checkpoint() == null)) {
      problems.add(
          PATH,
          "must name exactly one of run and checkpoint, was %s",
          spec.run() == null ? "none" : "both");
    }
    List<ModelPart> given = Parts.of(problems, spec.parts(), model.hasClip(), PATH + ".parts");
    InitPlan.Builder plan = InitPlan.newBuilder();
    if (spec.checkpoint() != null) {
      plan.setCheckpoint(Volumes.file(problems, spec.checkpoint(), PATH + ".checkpoint"));
      return plan.addAllParts(given.isEmpty() ? Parts.all(model.hasClip()) : given).build();
    }
    if (spec.run() == null) {
      return plan.build();
    }
    plan.setRun(spec.run());
    Optional<ModelPlan> source = known.apply(spec.run());
    if (source.isEmpty()) {
      problems.add(
          PATH + ".run", "must be a run in this file or namespace, was \"%s\"", spec.run());
      return plan.addAllParts(given).build();
    }
    List<ModelPart> shared = Parts.shared(model, source.get());
    List<ModelPart> parts = given.isEmpty() ? shared : given;
    for (ModelPart part : parts) {
      compare(part, shared, model, source.get(), spec.run());
    }
    return plan.addAllParts(parts).build();
  }

  private void compare(
      ModelPart part, List<ModelPart> shared, ModelPlan model, ModelPlan source, String run) {
    if (!shared.contains(part)) {
      problems.add(PATH + ".parts", "must be parts that %s has, was %s", run, Parts.word(part));
      return;
    }
    String path = "spec.model." + (model.hasClip() ? "clip." : "vqaClassifier.");
    switch (part) {
      case IMAGE_TOWER -> {
        ImageTowerPlan mine = Parts.image(model);
        ImageTowerPlan theirs = Parts.image(source);
        if (theirs.getKindCase() == ImageTowerPlan.KindCase.KIND_NOT_SET
            || mine.getKindCase() == ImageTowerPlan.KindCase.KIND_NOT_SET) {
          return;
        }
        boolean samePool =
            (mine.hasResnet() && !(model.hasClip() && source.hasClip()))
                || mine.getImageSize() == theirs.getImageSize();
        if (mine.getKindCase() != theirs.getKindCase()
            || !mine.getVit().equals(theirs.getVit())
            || !mine.getResnet().equals(theirs.getResnet())
            || !samePool) {
          problems.add(
              path + "image",
              "must have the shape of the image tower of run %s, from which it starts (%s), was %s",
              run,
              shown(theirs),
              shown(mine));
        }
      }
      case TEXT_TOWER ->
          same(path + "text", model.getClip().getText(), source.getClip().getText(), run);
      case QUESTION_ENCODER ->
          same(
              path + "question",
              model.getVqaClassifier().getQuestion(),
              source.getVqaClassifier().getQuestion(),
              run);
      case FUSION ->
          same(
              path + "fusion",
              model.getVqaClassifier().getFusion(),
              source.getVqaClassifier().getFusion(),
              run);
      case CLASSIFIER -> {
        if (model.getVqaClassifier().getAnswers() != source.getVqaClassifier().getAnswers()
            || model.getVqaClassifier().getClassifierWidth()
                != source.getVqaClassifier().getClassifierWidth()) {
          problems.add(
              path + "classifierWidth",
              "and answers must be those of run %s, from which it starts (%d, %d), were %d, %d",
              run,
              source.getVqaClassifier().getClassifierWidth(),
              source.getVqaClassifier().getAnswers(),
              model.getVqaClassifier().getClassifierWidth(),
              model.getVqaClassifier().getAnswers());
        }
      }
      case MODEL_PART_UNSPECIFIED, UNRECOGNIZED -> {}
    }
  }

  private void same(String path, Message mine, Message theirs, String run) {
    if (!mine.equals(theirs)) {
      problems.add(
          path,
          "must have the sizes of run %s, from which it starts (%s), was %s",
          run,
          oneLine(theirs),
          oneLine(mine));
    }
  }

  private static String shown(ImageTowerPlan tower) {
    return tower.getImageSize()
        + " pixels, "
        + (tower.hasVit()
            ? "vit: " + oneLine(tower.getVit())
            : "resnet: " + oneLine(tower.getResnet()));
  }

  private static String oneLine(Message message) {
    return com.google.protobuf.TextFormat.printer().emittingSingleLine(true).printToString(message);
  }
}
