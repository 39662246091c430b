package dev.xfolds.trainer.model;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ResNetPlan;
import dev.xfolds.trainer.nn.AttentionPool;
import dev.xfolds.trainer.nn.BatchNorm;
import dev.xfolds.trainer.nn.Convolution;
import dev.xfolds.trainer.nn.Products;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.Scoped;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * CLIP's modified ResNet: three convolutions as the stem, average pools in place of strides, an
 * attention pool at the end. Any number of stages; the image side shrinks by 4 x 2^(stages - 1).
 * Source: arXiv:2103.00020, open_clip's ModifiedResNet; names below {@code visual.} are its own.
 */
final class ResNetTower implements ImageTower {

  private static final int EXPANSION = 4;
  private static final int STEM_REDUCTION = 4;

  private final int side;
  private final int grid;
  private final int width;
  private final List<Convolution> stemConvolutions = new ArrayList<>();
  private final List<BatchNorm> stemNorms = new ArrayList<>();
  private final List<List<Bottleneck>> stages = new ArrayList<>();
  private final AttentionPool pool;
  private final Arithmetic arithmetic;

  /** Whether batch norms interrupt the record: then so must what goes past them. */
  private final boolean shared;

  ResNetTower(ParameterScope root, int side, ResNetPlan plan, OptionalInt projection) {
    int stageCount = plan.getLayersCount();
    if (stageCount == 0 || plan.getWidth() < 2 || plan.getWidth() % 2 != 0) {
      throw new IllegalArgumentException(
          "a ResNet tower needs at least one stage and an even width, had %d stages and width %d"
              .formatted(stageCount, plan.getWidth()));
    }
    int reduction = STEM_REDUCTION << (stageCount - 1);
    if (side <= 0 || side % reduction != 0) {
      throw new IllegalArgumentException(
          "image size of a ResNet tower with %d stages must be a multiple of %d, was %d"
              .formatted(stageCount, reduction, side));
    }
    this.side = side;
    this.grid = side / reduction;
    this.arithmetic = root.parameters().arithmetic();
    this.shared = arithmetic.ranks().size() > 1;
    ParameterScope scope = root.at("visual");
    int half = plan.getWidth() / 2;
    stem(scope, 1, new int[] {3, half}, 2);
    stem(scope, 2, new int[] {half, half}, 1);
    stem(scope, 3, new int[] {half, plan.getWidth()}, 1);
    int channels = plan.getWidth();
    for (int s = 0; s < stageCount; s++) {
      int planes = plan.getWidth() << s;
      List<Bottleneck> blocks = new ArrayList<>();
      for (int b = 0; b < plan.getLayers(s); b++) {
        int stride = b == 0 && s > 0 ? 2 : 1;
        blocks.add(new Bottleneck(scope.at("layer" + (s + 1) + "." + b), channels, planes, stride));
        channels = planes * EXPANSION;
      }
      if (blocks.isEmpty()) {
        throw new IllegalArgumentException("stage " + (s + 1) + " of a ResNet tower has no blocks");
      }
      stages.add(blocks);
    }
    this.width = channels;
    this.pool =
        projection.isEmpty()
            ? null
            : new AttentionPool(
                scope.at("attnpool"), grid, width, plan.getHeads(), projection.getAsInt());
  }

  private void stem(ParameterScope scope, int number, int[] channels, int stride) {
    stemConvolutions.add(
        new Convolution(
            scope.at("conv" + number),
            channels[0],
            channels[1],
            3,
            stride,
            1,
            Initializer.fanIn(channels[0] * 9L)));
    stemNorms.add(new BatchNorm(scope.at("bn" + number), channels[1], 1));
  }

  @Override
  public int grid() {
    return grid;
  }

  @Override
  public int tokenWidth() {
    return width;
  }

  @Override
  public NDArray tokens(NDArray imagesBCHW, boolean training) {
    NDArray map = map(imagesBCHW, training);
    return Ops.swap(map.reshape(map.getShape().get(0), width, (long) grid * grid), 1, 2);
  }

  @Override
  public NDArray embed(NDArray imagesBCHW, boolean training) {
    if (pool == null) {
      throw new IllegalStateException("this image tower was built without a projection");
    }
    return pool.forward(map(imagesBCHW, training));
  }

  private NDArray map(NDArray imagesBCHW, boolean training) {
    NDArray x = stem(arithmetic.enter(imagesBCHW), training);
    for (int s = 0; s < stages.size(); s++) {
      x = stage(s, x, training);
    }
    return arithmetic.leave(x);
  }

  NDArray stem(NDArray imagesBCHW, boolean training) {
    ImageTower.checkSide(imagesBCHW, side);
    NDArray x = imagesBCHW;
    for (int i = 0; i < stemConvolutions.size(); i++) {
      x = Ops.relu(stemNorms.get(i).forward(stemConvolutions.get(i).forward(x), training));
    }
    return Ops.averagePool(x, 2);
  }

  NDArray stage(int index, NDArray xBCHW, boolean training) {
    NDArray x = xBCHW;
    for (Bottleneck block : stages.get(index)) {
      NDArray in = x;
      x =
          shared && training
              ? block.forward(Autograd.cut(in), true)
              : Scoped.result(() -> block.forward(in, training));
    }
    return x;
  }

  @Override
  public void count(Products products) {
    int at = side;
    for (Convolution convolution : stemConvolutions) {
      convolution.count(products, at);
      at = convolution.side(at);
    }
    at /= 2;
    for (List<Bottleneck> stage : stages) {
      for (Bottleneck block : stage) {
        at = block.count(products, at);
      }
    }
    if (pool != null) {
      pool.count(products);
    }
  }

  private static final class Bottleneck {

    private final int stride;
    private final Convolution reduce;
    private final BatchNorm reduceNorm;
    private final Convolution middle;
    private final BatchNorm middleNorm;
    private final Convolution expand;
    private final BatchNorm expandNorm;
    private final Convolution shortcut;
    private final BatchNorm shortcutNorm;

    Bottleneck(ParameterScope scope, int in, int planes, int stride) {
      int out = planes * EXPANSION;
      this.stride = stride;
      reduce = Convolution.same(scope.at("conv1"), in, planes, 1);
      reduceNorm = new BatchNorm(scope.at("bn1"), planes, 1);
      middle = Convolution.same(scope.at("conv2"), planes, planes, 3);
      middleNorm = new BatchNorm(scope.at("bn2"), planes, 1);
      expand = Convolution.same(scope.at("conv3"), planes, out, 1);
      expandNorm = new BatchNorm(scope.at("bn3"), out, 0);
      boolean shaped = stride > 1 || in != out;
      shortcut = shaped ? Convolution.same(scope.at("downsample.0"), in, out, 1) : null;
      shortcutNorm = shaped ? new BatchNorm(scope.at("downsample.1"), out, 1) : null;
    }

    NDArray forward(NDArray xBCHW, boolean training) {
      NDArray x = Ops.relu(reduceNorm.forward(reduce.forward(xBCHW), training));
      x = Ops.relu(middleNorm.forward(middle.forward(x), training));
      x = expandNorm.forward(expand.forward(pooled(x)), training);
      NDArray past =
          shortcut == null
              ? xBCHW
              : shortcutNorm.forward(shortcut.forward(pooled(xBCHW)), training);
      return Ops.relu(Ops.add(x, past));
    }

    private NDArray pooled(NDArray xBCHW) {
      return stride == 1 ? xBCHW : Ops.averagePool(xBCHW, stride);
    }

    int count(Products products, int inputSide) {
      int outputSide = inputSide / stride;
      reduce.count(products, inputSide);
      middle.count(products, inputSide);
      expand.count(products, outputSide);
      if (shortcut != null) {
        shortcut.count(products, outputSide);
      }
      return outputSide;
    }
  }
}
