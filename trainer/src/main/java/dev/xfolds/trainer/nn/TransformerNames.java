package dev.xfolds.trainer.nn;

/** How a reference implementation names the parameters of a transformer block. */
public enum TransformerNames {
  /** transformers' CLIPEncoderLayer: separate projections of queries, keys and values. */
  TRANSFORMERS("self_attn", "layer_norm1", "layer_norm2", "mlp.fc1", "mlp.fc2"),
  /** open_clip's ResidualAttentionBlock: one in_proj_weight for queries, keys and values. */
  OPEN_CLIP("attn", "ln_1", "ln_2", "mlp.c_fc", "mlp.c_proj");

  final String attention;
  final String attentionNorm;
  final String mlpNorm;
  final String mlpIn;
  final String mlpOut;

  TransformerNames(
      String attention, String attentionNorm, String mlpNorm, String mlpIn, String mlpOut) {
    this.attention = attention;
    this.attentionNorm = attentionNorm;
    this.mlpNorm = mlpNorm;
    this.mlpIn = mlpIn;
    this.mlpOut = mlpOut;
  }
}
