package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.VitPlan;
import dev.xfolds.operator.api.ResNetSpec;
import dev.xfolds.operator.api.VitSpec;

/** Sizes of an image tower, over those of a preset; a tower of the other kind replaces it. */
final class ImageTowerResolver {

  private final Problems problems;

  ImageTowerResolver(Problems problems) {
    this.problems = problems;
  }

  ImageTowerPlan resolve(
      ImageTowerPlan preset, Integer imageSize, VitSpec vit, ResNetSpec resnet, String path) {
    if (vit != null && resnet != null) {
      problems.add(path, "must name one of vit and resnet, was both");
    }
    int pixels =
        ModelResolver.size(problems, imageSize, preset.getImageSize(), path + ".imageSize");
    ImageTowerPlan.Builder tower = preset.toBuilder().setImageSize(pixels);
    if (vit != null || (resnet == null && preset.hasVit())) {
      tower.setVit(vit(preset.getVit(), vit, pixels, path));
    } else if (resnet != null || preset.hasResnet()) {
      tower.setResnet(resnet(preset.getResnet(), resnet, pixels, path));
    } else {
      problems.add(path, "must name a preset or one of vit and resnet, was none");
    }
    return tower.build();
  }

  private VitPlan vit(VitPlan preset, VitSpec given, int pixels, String path) {
    VitSpec spec = given == null ? new VitSpec(null, null, null, null, null, null) : given;
    String vit = path + ".vit";
    int patch = size(spec.patchSize(), preset.getPatchSize(), vit + ".patchSize");
    int width = size(spec.width(), preset.getWidth(), vit + ".width");
    int heads = size(spec.heads(), preset.getHeads(), vit + ".heads");
    if (patch > 0 && pixels % patch != 0) {
      problems.add(
          path + ".imageSize", "must be a multiple of patchSize (%d), was %d", patch, pixels);
    }
    ModelResolver.divisible(problems, vit + ".width", width, heads);
    return VitPlan.newBuilder()
        .setPatchSize(patch)
        .setWidth(width)
        .setLayers(size(spec.layers(), preset.getLayers(), vit + ".layers"))
        .setHeads(heads)
        .setMlpWidth(spec.mlpWidth() != null ? spec.mlpWidth() : 4 * width)
        .setActivation(ModelResolver.activation(spec.activation(), preset.getActivation()))
        .build();
  }

  private ResNetPlan resnet(ResNetPlan preset, ResNetSpec given, int pixels, String path) {
    ResNetSpec spec = given == null ? new ResNetSpec(null, null, null) : given;
    String resnet = path + ".resnet";
    ResNetPlan.Builder plan = ResNetPlan.newBuilder();
    plan.setWidth(size(spec.width(), preset.getWidth(), resnet + ".width"));
    if (spec.layers().isEmpty()) {
      if (preset.getLayersCount() == 0) {
        problems.add(
            resnet + ".layers",
            "must be given, because there is no preset to take it from, was absent");
      }
      plan.addAllLayers(preset.getLayersList());
    } else {
      spec.layers().forEach(blocks -> plan.addLayers(blocks == null ? 1 : blocks));
    }
    plan.setHeads(size(spec.heads(), preset.getHeads(), resnet + ".heads"));
    int stages = plan.getLayersCount();
    if (stages > 0) {
      int stride = 4 << (stages - 1);
      if (pixels % stride != 0) {
        problems.add(
            path + ".imageSize",
            "must be a multiple of %d, the stride of %d stages, was %d",
            stride,
            stages,
            pixels);
      }
      int pooled = (4 * plan.getWidth()) << (stages - 1);
      if (plan.getHeads() > 0 && pooled % plan.getHeads() != 0) {
        problems.add(
            resnet + ".heads",
            "must divide the width of the attention pool (%d), was %d",
            pooled,
            plan.getHeads());
      }
      if (plan.getWidth() % 2 != 0) {
        problems.add(
            resnet + ".width", "must be even, because the stem halves it, was %d", plan.getWidth());
      }
    }
    return plan.build();
  }

  private int size(Integer given, int preset, String path) {
    return ModelResolver.size(problems, given, preset, path);
  }
}
