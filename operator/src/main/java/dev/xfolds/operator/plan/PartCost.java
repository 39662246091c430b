package dev.xfolds.operator.plan;

/**
 * Cost of one part of a model, for one sample.
 *
 * @param forwardFlops of matrix products and convolutions; a multiply-add is 2
 * @param activations numbers that backward needs, an estimate
 */
record PartCost(long parameters, long forwardFlops, long activations) {

  static final PartCost NONE = new PartCost(0, 0, 0);

  PartCost plus(PartCost other) {
    return new PartCost(
        parameters + other.parameters,
        forwardFlops + other.forwardFlops,
        activations + other.activations);
  }

  PartCost times(long n) {
    return new PartCost(n * parameters, n * forwardFlops, n * activations);
  }

  /** A pre-norm transformer block over so many tokens. */
  static PartCost block(long width, long mlp, long heads, long tokens) {
    return linear(width, 3 * width, tokens, true)
        .plus(linear(width, width, tokens, true))
        .plus(linear(width, mlp, tokens, true))
        .plus(linear(mlp, width, tokens, true))
        .plus(
            new PartCost(
                4 * width,
                4 * tokens * tokens * width,
                2 * tokens * width + tokens * mlp + 2 * heads * tokens * tokens));
  }

  /**
   * So many of these blocks, one after the other.
   *
   * @param input numbers that enter a block
   * @param recompute whether backward computes a block anew from its input: of all but one that
   *     alone is held
   */
  PartCost stacked(long layers, long input, boolean recompute) {
    PartCost all = times(layers);
    return recompute
        ? new PartCost(all.parameters, all.forwardFlops, layers * input + activations)
        : all;
  }

  static PartCost linear(long in, long out, long rows, boolean bias) {
    return new PartCost(in * out + (bias ? out : 0), 2 * in * out * rows, in * rows);
  }

  /** A linear layer with bias and one weight-norm scalar. */
  static PartCost weightNormed(long in, long out, long rows) {
    return linear(in, out, rows, true).plus(new PartCost(1, 0, 0));
  }

  /** A product of two computed matrices, (rows, inner) and (inner, columns). */
  static PartCost product(long rows, long inner, long columns) {
    return new PartCost(0, 2 * rows * inner * columns, rows * columns);
  }

  /** A convolution without bias, and its batch normalisation. */
  static PartCost convolution(long in, long out, int kernel, long cells) {
    return new PartCost(
        in * out * kernel * kernel + 2 * out,
        2 * in * out * kernel * kernel * cells,
        3 * out * cells);
  }
}
