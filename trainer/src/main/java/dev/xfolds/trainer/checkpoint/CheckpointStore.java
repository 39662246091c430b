package dev.xfolds.trainer.checkpoint;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.CheckpointFile;
import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.TrainingState;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of one run: the newest few and the best one. */
public final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String LATEST = "latest";
  private static final String BEST = "best";
  private static final int MAX_NAME_BYTES = 256;

  private final RunFolder run;
  private final int keep;

  /**
   * Makes a store over a claimed folder.
   *
   * @param keep how many of the newest checkpoints stay beside the best one
   */
  public CheckpointStore(RunFolder run, int keep) {
    this.run = run;
    this.keep = keep;
  }

  /**
   * Writes a checkpoint beside, syncs, digests and renames it, then replaces {@code latest} (and
   * {@code best}) and deletes old ones.
   *
   * @param header the manifest without files and digest
   * @throws TrainerException code 10 if the disk is full or fails (the checkpoints before stay) or
   *     a later attempt has claimed the run
   */
  public Checkpoint write(
      CheckpointManifest header, TrainingState state, List<Part> parts, boolean best) {
    Path folder = run.checkpoints().resolve(name(header.getStep()));
    Path beside = run.checkpoints().resolve(".tmp-" + name(header.getStep()));
    try {
      Durable.deleteTree(beside);
      Files.createDirectory(beside);
      CheckpointManifest manifest = writeFiles(beside, header, state, parts);
      run.checkClaim();
      Durable.deleteTree(folder);
      Durable.rename(beside, folder);
      pointTo(LATEST, folder);
      if (best) {
        pointTo(BEST, folder);
      }
      prune();
      return new Checkpoint(folder, manifest, state);
    } catch (IOException | UncheckedIOException e) {
      throw TrainerException.retry(
          "checkpoint of step %d could not be written to %s: %s; %s"
              .formatted(
                  header.getStep(),
                  run.checkpoints(),
                  e.getMessage(),
                  newestName().map(n -> n + " stays the newest").orElse("there is none yet")),
          e);
    } finally {
      discard(beside);
    }
  }

  private static CheckpointManifest writeFiles(
      Path folder, CheckpointManifest header, TrainingState state, List<Part> parts)
      throws IOException {
    List<Part> all = new ArrayList<>(parts);
    all.add(new Part(Checkpoint.STATE, file -> Files.write(file, json(state))));
    CheckpointManifest.Builder manifest =
        header.toBuilder().setFormat(Checkpoint.FORMAT).clearFiles();
    for (Part part : all) {
      Path file = folder.resolve(part.name());
      part.content().writeTo(file);
      Durable.sync(file);
      manifest.addFiles(
          CheckpointFile.newBuilder()
              .setPath(part.name())
              .setBytes(Files.size(file))
              .setSha256(Durable.sha256(file)));
    }
    manifest.setDigest(Checkpoint.digest(manifest.getFilesList()));
    Path file = folder.resolve(Checkpoint.MANIFEST);
    Files.write(file, json(manifest.build()));
    Durable.sync(file);
    Durable.syncFolder(folder);
    return manifest.build();
  }

  private static byte[] json(Message message) throws IOException {
    return (JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void discard(Path beside) {
    try {
      Durable.deleteTree(beside);
    } catch (UncheckedIOException e) {
      LOG.warn("{} stays behind: {}", beside, e.getMessage());
    }
  }

  /** Makes a checkpoint the best one. */
  public void markBest(Checkpoint checkpoint) {
    run.checkClaim();
    try {
      pointTo(BEST, checkpoint.folder());
    } catch (IOException e) {
      throw TrainerException.retry("checkpoints/best cannot be replaced: " + e.getMessage(), e);
    }
  }

  private void pointTo(String pointer, Path folder) throws IOException {
    Durable.replace(
        run.checkpoints().resolve(pointer),
        folder.getFileName().toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The newest whole checkpoint. Damaged ones are passed over, each with a warning that names the
   * file and what was expected.
   */
  public Optional<Checkpoint> latest() {
    for (Path folder : newestFirst()) {
      try {
        return Optional.of(Checkpoint.read(folder));
      } catch (DamagedCheckpointException e) {
        LOG.warn(
            "checkpoint {} is damaged and passed over: {}", folder.getFileName(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint that {@code best} names; the newest whole one if that is damaged or none is
   * named.
   */
  public Optional<Checkpoint> best() {
    Optional<Path> folder = best(run.checkpoints());
    if (folder.isEmpty()) {
      return latest();
    }
    try {
      return Optional.of(Checkpoint.read(folder.get()));
    } catch (DamagedCheckpointException e) {
      LOG.warn(
          "best checkpoint is damaged, the newest whole one takes its place: {}", e.getMessage());
      return latest();
    }
  }

  /** The folder that the file {@code best} of a checkpoints folder names. */
  public static Optional<Path> best(Path checkpoints) {
    return pointed(checkpoints, BEST);
  }

  private static Optional<Path> pointed(Path checkpoints, String pointer) {
    Path file = checkpoints.resolve(pointer);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      String name = new String(Durable.read(file, MAX_NAME_BYTES), StandardCharsets.UTF_8).strip();
      if (!name.matches("step-[0-9]+")) {
        throw TrainerException.invalid(
            "%s must name a checkpoint's folder, was \"%s\"".formatted(file, name));
      }
      return Optional.of(checkpoints.resolve(name));
    } catch (IOException e) {
      throw TrainerException.retry(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void prune() {
    List<Path> folders = newestFirst();
    Optional<Path> best = best(run.checkpoints());
    for (Path folder : folders.subList(Math.min(keep, folders.size()), folders.size())) {
      if (!best.equals(Optional.of(folder))) {
        discard(folder);
      }
    }
  }

  private Optional<String> newestName() {
    return newestFirst().stream().findFirst().map(p -> p.getFileName().toString());
  }

  private List<Path> newestFirst() {
    try (Stream<Path> children = Files.list(run.checkpoints())) {
      return children
          .filter(p -> p.getFileName().toString().matches("step-[0-9]+"))
          .sorted(Comparator.comparingLong(CheckpointStore::step).reversed())
          .toList();
    } catch (IOException e) {
      throw TrainerException.retry(run.checkpoints() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static long step(Path folder) {
    return Long.parseLong(folder.getFileName().toString().substring("step-".length()));
  }

  private static String name(long step) {
    return "step-%08d".formatted(step);
  }
}
