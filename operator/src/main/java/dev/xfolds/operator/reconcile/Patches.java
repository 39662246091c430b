package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** How the operator patches, under its one name. */
final class Patches {
  static final PatchContext MERGE =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON_MERGE)
          .withFieldManager(RunNames.MANAGER)
          .build();

  private Patches() {}
}
