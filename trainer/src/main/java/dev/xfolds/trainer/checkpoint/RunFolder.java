package dev.xfolds.trainer.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The folder runs/&lt;namespace&gt;/&lt;name&gt;/ on the trainer's volume, claimed by one attempt.
 * A later attempt, or one of a run that was applied anew, may claim it at any time; {@link
 * #checkClaim} is asked before every rename.
 */
public final class RunFolder {

  /** A plan of 1 MiB is larger when it is printed with line breaks. */
  private static final int MAX_PLAN_BYTES = 8 << 20;

  private static final int MAX_ATTEMPT_BYTES = 32;

  private final Path path;
  private final String uid;
  private final long attempt;

  private RunFolder(Path path, String uid, long attempt) {
    this.path = path;
    this.uid = uid;
    this.attempt = attempt;
  }

  /**
   * Creates or continues the folder of a plan and claims it. A folder in which the same run has
   * written no checkpoint yet may be begun again with another plan: the user has mended the file. A
   * run that was deleted and applied anew with the same plan goes on with it, and counts its
   * attempts from 1 again. So does one with another number of processes.
   *
   * @param runs root of the trainer's volume
   * @throws TrainerException code 2 (FolderInUse) if the folder holds another plan, code 10 if a
   *     later attempt has claimed it or it cannot be written
   */
  public static RunFolder claim(Path runs, RunPlan plan, long attempt) {
    if (!Files.isDirectory(runs)) {
      throw TrainerException.invalid("--runs must be a folder, was " + runs);
    }
    Path path = path(runs, plan.getNamespace(), plan.getName());
    RunFolder folder = new RunFolder(path, plan.getUid(), attempt);
    try {
      Files.createDirectories(folder.checkpoints());
      Optional<RunPlan> stored = folder.plan();
      boolean continues = stored.isPresent() && folder.continues(stored.get(), plan);
      boolean sameRun = stored.filter(first -> first.getUid().equals(plan.getUid())).isPresent();
      boolean samePlan =
          stored.filter(first -> first.getDigest().equals(plan.getDigest())).isPresent();
      OptionalLong claimed = folder.claimed();
      if (sameRun && claimed.isPresent() && claimed.getAsLong() > attempt) {
        throw folder.superseded(claimed.getAsLong());
      }
      if (!continues
          || !sameRun
          || !samePlan) { // first: it fences off the other run, whose numbers are its own
        Durable.replace(
            folder.planFile(), JsonFormat.printer().print(plan).getBytes(StandardCharsets.UTF_8));
      }
      Durable.replace(
          path.resolve("attempt"), Long.toString(attempt).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw TrainerException.retry("run folder " + path + " cannot be written: " + e, e);
    }
    return folder;
  }

  /**
   * The folder that rank 0 of this attempt has claimed.
   *
   * @param runs root of the trainer's volume, the same for all ranks
   * @throws TrainerException code 2 if another volume is mounted here, code 10 if a later attempt
   *     has claimed it
   */
  public static RunFolder follow(Path runs, RunPlan plan, long attempt) {
    RunFolder folder =
        new RunFolder(path(runs, plan.getNamespace(), plan.getName()), plan.getUid(), attempt);
    if (!Files.exists(folder.path().resolve("attempt"))) {
      throw TrainerException.invalid(
          "%s must be the folder that rank 0 has claimed, is not there: spec.checkpoint.volume must be one that several pods can mount (ReadWriteMany)"
              .formatted(folder.path()));
    }
    folder.checkClaim();
    return folder;
  }

  /** Where a run's folder is, whether it exists or not. */
  public static Path path(Path runs, String namespace, String name) {
    return runs.resolve("runs").resolve(namespace).resolve(name);
  }

  /** The plan that the folder was claimed with; empty if there is none. */
  private Optional<RunPlan> plan() throws IOException {
    Path stored = planFile();
    if (!Files.exists(stored)) {
      return Optional.empty();
    }
    RunPlan.Builder plan = RunPlan.newBuilder();
    try {
      JsonFormat.parser()
          .ignoringUnknownFields()
          .merge(new String(Durable.read(stored, MAX_PLAN_BYTES), StandardCharsets.UTF_8), plan);
    } catch (InvalidProtocolBufferException e) {
      throw TrainerException.invalid(
          "FolderInUse: %s must be a run plan: %s; move the folder away or choose another name for the run"
              .formatted(stored, e.getMessage()),
          e);
    }
    return Optional.of(plan.build());
  }

  private Path planFile() {
    return path.resolve("plan.json");
  }

  /** Whether the folder is of this plan; false if it may be begun again. */
  private boolean continues(RunPlan first, RunPlan plan) throws IOException {
    if (first.getDigest().equals(plan.getDigest()) || work(first).equals(work(plan))) {
      return true;
    }
    if (!first.getUid().equals(plan.getUid()) || holdsCheckpoints()) {
      throw TrainerException.invalid(
          ("FolderInUse: %s was started with plan digest %s, this plan has %s; give the run another name, or move the"
                  + " folder away to start again")
              .formatted(path, first.getDigest(), plan.getDigest()));
    }
    return false;
  }

  /** What a plan computes, without who does it and how fast: the number of processes may change. */
  private static RunPlan work(RunPlan plan) {
    RunPlan.Builder work = plan.toBuilder().clearUid().clearDigest().clearParallelism();
    work.getCostBuilder().clearMemoryPerRank().clearHardware();
    work.getTrainingBuilder().clearThreads().clearDataThreads();
    work.getCheckpointBuilder().clearGraceSeconds();
    return work.build();
  }

  private boolean holdsCheckpoints() throws IOException {
    try (Stream<Path> entries = Files.list(checkpoints())) {
      return entries.findAny().isPresent();
    }
  }

  /**
   * Fencing: whether this attempt still owns the folder. Of two attempts that claim it at the same
   * moment, only the one whose number stands there in the end may write.
   *
   * @throws TrainerException code 10 if another attempt or another run has claimed it, or the
   *     folder is gone
   */
  public void checkClaim() {
    OptionalLong claimed = claimed();
    if (claimed.isEmpty()) {
      throw TrainerException.retry(
          "%s is gone: the run folder was moved away from attempt %d"
              .formatted(path.resolve("attempt"), attempt));
    }
    if (claimed.getAsLong() != attempt) {
      throw superseded(claimed.getAsLong());
    }
    try {
      String owner = plan().map(RunPlan::getUid).orElse("");
      if (!owner.equals(uid)) {
        throw TrainerException.retry(
            "superseded: the run with uid %s has claimed %s, this is the one with uid %s"
                .formatted(owner, path, uid));
      }
    } catch (IOException e) {
      throw TrainerException.retry(planFile() + " cannot be read: " + e, e);
    }
  }

  private TrainerException superseded(long claimed) {
    return TrainerException.retry(
        "superseded: attempt %d has claimed %s, this is attempt %d"
            .formatted(claimed, path, attempt));
  }

  private OptionalLong claimed() {
    Path file = path.resolve("attempt");
    if (!Files.exists(file)) {
      return OptionalLong.empty();
    }
    try {
      String text =
          new String(Durable.read(file, MAX_ATTEMPT_BYTES), StandardCharsets.UTF_8).strip();
      return OptionalLong.of(Long.parseLong(text));
    } catch (IOException e) {
      throw TrainerException.retry(file + " cannot be read: " + e, e);
    } catch (NumberFormatException e) {
      throw TrainerException.invalid(
          file + " must hold the number of an attempt: " + e.getMessage(), e);
    }
  }

  long attempt() {
    return attempt;
  }

  /** Empty where nobody gives runs a uid. */
  String uid() {
    return uid;
  }

  public Path path() {
    return path;
  }

  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }
}
