package dev.xfolds.trainer.nn;

import ai.djl.ndarray.NDArray;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;

/**
 * CLIP's attention pool: the mean of all cells asks, the mean and the cells answer. Parameters:
 * positional_embedding (cells + 1, width), q_proj, k_proj, v_proj, c_proj. Source:
 * arXiv:2103.00020, open_clip's AttentionPool2d.
 */
public final class AttentionPool {

  private final ModelPart part;
  private final int cells;
  private final int width;
  private final int heads;
  private final Parameter positions;
  private final Linear queries;
  private final Linear keys;
  private final Linear values;
  private final Linear output;
  private final Parameter scale;

  /**
   * Declares the parameters for a square map.
   *
   * @param side of the feature map, in cells
   */
  public AttentionPool(ParameterScope scope, int side, int width, int heads, int out) {
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "width of the attention pool must be a multiple of heads (" + heads + "), was " + width);
    }
    this.part = scope.part();
    this.cells = side * side;
    this.width = width;
    this.heads = heads;
    Initializer normal = new Initializer.Normal(Math.pow(width, -0.5));
    Initializer bias = Initializer.fanIn(width);
    positions = scope.weight("positional_embedding", normal, cells + 1L, width);
    keys = Linear.of(scope.at("k_proj"), width, width, normal, bias);
    queries = Linear.of(scope.at("q_proj"), width, width, normal, bias);
    values = Linear.of(scope.at("v_proj"), width, width, normal, bias);
    output = Linear.of(scope.at("c_proj"), width, out, normal, bias);
    scale = scope.scalar("scale", Math.pow((double) width / heads, -0.5));
  }

  /**
   * Pools a feature map.
   *
   * @param mapBCHW (batch, width, side, side)
   * @return (batch, out)
   */
  public NDArray forward(NDArray mapBCHW) {
    long batch = mapBCHW.getShape().get(0);
    long head = width / heads;
    NDArray cellsBNC = Ops.swap(mapBCHW.reshape(batch, width, cells), 1, 2);
    NDArray mean = cellsBNC.mean(new int[] {1}, true);
    NDArray tokens = Ops.add(Ops.concat(1, mean, cellsBNC), positions.array());
    NDArray query =
        Ops.multiply(queries.forward(Ops.slice(tokens, 1, 0, 1)), scale.array())
            .reshape(batch, 1, heads, head)
            .transpose(0, 2, 1, 3);
    NDArray key = keys.forward(tokens).reshape(batch, cells + 1L, heads, head);
    NDArray value = values.forward(tokens).reshape(batch, cells + 1L, heads, head);
    NDArray weights = Ops.softmax(Ops.matrixProduct(query, key.transpose(0, 2, 3, 1)), 3);
    NDArray mixed = Ops.matrixProduct(weights, value.transpose(0, 2, 1, 3));
    return output.forward(mixed.reshape(batch, width));
  }

  public void count(Products products) {
    long tokens = cells + 1L;
    queries.count(products, 1);
    keys.count(products, tokens);
    values.count(products, tokens);
    products.matrix(part, 1, width, tokens);
    products.matrix(part, 1, tokens, width);
    output.count(products, 1);
  }
}
