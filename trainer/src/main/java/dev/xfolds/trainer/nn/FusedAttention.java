package dev.xfolds.trainer.nn;

import dev.xfolds.trainer.tensor.RecordedFunction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of attention.torchscript, compiled when they are first needed. */
final class FusedAttention {

  private record Form(int heads, boolean causal) {}

  private static final Map<Form, RecordedFunction> FORMS = new ConcurrentHashMap<>();

  private FusedAttention() {}

  /**
   * From queries, keys and values side by side, (batch, length, 3 x width), to (batch, length,
   * width).
   *
   * @param causal whether a position sees only itself and those before it
   */
  static RecordedFunction of(int heads, boolean causal) {
    return FORMS.computeIfAbsent(
        new Form(heads, causal),
        form ->
            RecordedFunction.of(
                FusedAttention.class,
                "attention.torchscript",
                "attention",
                1,
                (long) form.heads(),
                form.causal()));
  }
}
