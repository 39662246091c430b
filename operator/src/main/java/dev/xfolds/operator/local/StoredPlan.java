package dev.xfolds.operator.local;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plan in a run's folder, which the trainer that claimed it has written. */
final class StoredPlan {
  private StoredPlan() {}

  /**
   * Whether a run may go on in a folder, as the trainer sees it: with the same plan, but for the
   * number of processes.
   *
   * @param file plan.json of the folder
   */
  static boolean continues(Path file, RunPlan plan) throws IOException {
    RunPlan.Builder stored = RunPlan.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(file), stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(file + " is no plan: " + e.getMessage(), e);
    }
    return stored.getDigest().isEmpty()
        || stored.getDigest().equals(plan.getDigest())
        || work(stored.build()).equals(work(plan));
  }

  private static RunPlan work(RunPlan plan) {
    RunPlan.Builder work = plan.toBuilder().clearUid().clearDigest().clearParallelism();
    work.getCostBuilder().clearMemoryPerRank().clearHardware();
    work.getTrainingBuilder().clearThreads().clearDataThreads();
    work.getCheckpointBuilder().clearGraceSeconds();
    return work.build();
  }
}
