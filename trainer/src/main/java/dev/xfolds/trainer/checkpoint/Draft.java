package dev.xfolds.trainer.checkpoint;

import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.TrainingState;
import java.util.List;

/**
 * A checkpoint whose files are written and not on the disk for sure, and which nobody sees.
 *
 * @param header the manifest without files and digest
 * @param files names, in the order of the manifest
 * @param best whether it is the best one so far
 */
public record Draft(
    CheckpointManifest header, TrainingState state, List<String> files, boolean best) {
  public Draft {
    files = List.copyOf(files);
  }
}
