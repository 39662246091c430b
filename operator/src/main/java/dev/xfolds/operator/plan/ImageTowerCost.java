package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.contract.v1.VitPlan;

/** Cost of an image tower; without a projection it has neither attention pool nor projection. */
final class ImageTowerCost {

  private ImageTowerCost() {}

  /**
   * Cost of a tower for one image.
   *
   * @param projection width of the shared embedding, 0 if fusion sees the tokens themselves
   * @param recompute whether backward computes transformer blocks anew
   */
  static PartCost of(ImageTowerPlan tower, int projection, boolean recompute) {
    return switch (tower.getKindCase()) {
      case VIT -> vit(tower.getVit(), tower.getImageSize(), projection, recompute);
      case RESNET -> resnet(tower.getResnet(), tower.getImageSize(), projection);
      case KIND_NOT_SET -> PartCost.NONE;
    };
  }

  /** Tokens that fusion sees: patches, or cells of the last feature map. */
  static long tokens(ImageTowerPlan image) {
    long side =
        image.hasVit()
            ? image.getImageSize() / Math.max(1, image.getVit().getPatchSize())
            : image.getImageSize() / (4L << Math.max(0, image.getResnet().getLayersCount() - 1));
    return side * side;
  }

  static long tokenWidth(ImageTowerPlan image) {
    return image.hasVit()
        ? image.getVit().getWidth()
        : (4L * image.getResnet().getWidth())
            << Math.max(0, image.getResnet().getLayersCount() - 1);
  }

  private static PartCost vit(VitPlan vit, int pixels, int projection, boolean recompute) {
    long grid = pixels / Math.max(1, vit.getPatchSize());
    long tokens = grid * grid + 1;
    long width = vit.getWidth();
    PartCost patches =
        PartCost.linear(3L * vit.getPatchSize() * vit.getPatchSize(), width, grid * grid, false);
    PartCost tower =
        patches
            .plus(new PartCost(width + tokens * width + 4 * width, 0, 3 * tokens * width))
            .plus(
                PartCost.block(width, vit.getMlpWidth(), vit.getHeads(), tokens)
                    .stacked(vit.getLayers(), tokens * width, recompute));
    return projection == 0 ? tower : tower.plus(PartCost.linear(width, projection, 1, false));
  }

  private static PartCost resnet(ResNetPlan resnet, int pixels, int projection) {
    long width = resnet.getWidth();
    long side = pixels / 2;
    PartCost tower =
        PartCost.convolution(3, width / 2, 3, side * side)
            .plus(PartCost.convolution(width / 2, width / 2, 3, side * side))
            .plus(PartCost.convolution(width / 2, width, 3, side * side));
    side /= 2;
    long in = width;
    for (int stage = 0; stage < resnet.getLayersCount(); stage++) {
      long bottleneck = width << stage;
      for (int block = 0; block < resnet.getLayers(stage); block++) {
        long after = block == 0 && stage > 0 ? side / 2 : side;
        tower =
            tower
                .plus(PartCost.convolution(in, bottleneck, 1, side * side))
                .plus(PartCost.convolution(bottleneck, bottleneck, 3, side * side))
                .plus(PartCost.convolution(bottleneck, 4 * bottleneck, 1, after * after));
        if (block == 0) {
          tower = tower.plus(PartCost.convolution(in, 4 * bottleneck, 1, after * after));
        }
        side = after;
        in = 4 * bottleneck;
      }
    }
    return projection == 0 ? tower : tower.plus(attentionPool(in, side * side, projection));
  }

  private static PartCost attentionPool(long width, long cells, int projection) {
    long tokens = cells + 1;
    return new PartCost(tokens * width, 4 * tokens * width, 2 * tokens)
        .plus(PartCost.linear(width, width, 1, true))
        .plus(PartCost.linear(width, 2 * width, tokens, false))
        .plus(new PartCost(2 * width, 0, 0))
        .plus(PartCost.linear(width, projection, 1, true));
  }
}
