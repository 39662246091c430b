package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ImageTowerPlan;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.OptionalInt;

/** From pixels to tokens and, with a projection, to one embedding. */
sealed interface ImageTower permits VitTower, ResNetTower {

  /** Tokens along one side of the image. */
  int grid();

  /** Width of a token. */
  int tokenWidth();

  /**
   * What fusion sees: the patches behind the last norm, or the cells of the last feature map, row
   * by row.
   *
   * @param imagesBCHW normalised pixels, (batch, 3, side, side), float32
   * @return (batch, tokens, width)
   */
  NDArray tokens(NDArray imagesBCHW, boolean training);

  /**
   * The whole image as one vector.
   *
   * @return (batch, projection width), not normalised
   * @throws IllegalStateException if the tower was built without a projection
   */
  NDArray embed(NDArray imagesBCHW, boolean training);

  /**
   * Products of one sample: with a projection those of {@link #embed}, otherwise of {@link
   * #tokens}.
   */
  void count(Products products);

  /**
   * Declares the tower's parameters.
   *
   * @param projection width of the shared embedding; absent where only tokens are wanted
   * @param epsilon of a ViT's layer norms
   */
  static ImageTower declare(
      ParameterSet parameters, ImageTowerPlan plan, OptionalInt projection, double epsilon) {
    var scope = parameters.scope(ModelPart.IMAGE_TOWER);
    return switch (plan.getKindCase()) {
      case VIT -> new VitTower(scope, plan.getImageSize(), plan.getVit(), projection, epsilon);
      case RESNET -> new ResNetTower(scope, plan.getImageSize(), plan.getResnet(), projection);
      case KIND_NOT_SET ->
          throw new IllegalArgumentException(
              "model.image must name a tower: vit or resnet; it names none");
    };
  }

  /** Refuses images of another size before libtorch does it with less to say. */
  static void checkSide(NDArray imagesBCHW, int side) {
    var shape = imagesBCHW.getShape();
    if (shape.dimension() != 4
        || shape.get(1) != 3
        || shape.get(2) != side
        || shape.get(3) != side) {
      throw new IllegalArgumentException(
          "images have shape " + shape + ", expected (batch, 3, " + side + ", " + side + ")");
    }
  }
}
