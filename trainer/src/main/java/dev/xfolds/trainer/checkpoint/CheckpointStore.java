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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of one run: the newest few and the best one. */
public final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String LATEST = "latest";
  private static final String BEST = "best";
  private static final int MAX_NAME_BYTES = 256;
  private static final Pattern STEP = Pattern.compile("step-([0-9]{8,18})");

  /** A checkpoint that is being written or deleted, by an attempt. */
  private static final String TEMPORARY = ".tmp-";

  /** A checkpoint that stands aside while another of the same step takes its name. */
  private static final String ASIDE = ".old-";

  private static final Pattern HIDDEN =
      Pattern.compile("(\\.tmp-|\\.old-)[0-9]+-(step-[0-9]{8,18})");

  private final RunFolder run;
  private final int keep;

  private CheckpointStore(int keep, RunFolder run) {
    this.run = run;
    this.keep = keep;
  }

  /** A store that is only read: of a rank that is not the first. */
  public static CheckpointStore reading(RunFolder run) {
    return new CheckpointStore(0, run);
  }

  /**
   * Makes a store over a claimed folder, and clears what a killed process left there.
   *
   * @param keep how many of the newest checkpoints stay beside the best one
   * @throws TrainerException code 10 if a later attempt has claimed the run
   */
  public CheckpointStore(RunFolder run, int keep) {
    this(keep, run);
    run.checkClaim();
    for (Path hidden : children(HIDDEN)) {
      settle(hidden);
    }
  }

  /**
   * Writes the files of a checkpoint beside, as far as memory: nothing of them is on the disk for
   * sure, nobody sees them, and what they were written from may change again.
   *
   * @param header the manifest without files and digest
   * @param others names of the files that other ranks {@link #contribute}
   * @throws TrainerException code 10 if the disk is full or fails (the checkpoints before stay) or
   *     another attempt has claimed the run
   */
  public Draft draft(
      CheckpointManifest header,
      TrainingState state,
      List<Part> parts,
      List<String> others,
      boolean best) {
    Draft draft = new Draft(header, state, names(parts, others), best);
    Path beside = hidden(TEMPORARY, folder(draft));
    return whole(
        draft,
        beside,
        () -> {
          Durable.deleteTree(beside);
          Files.createDirectory(beside);
          for (Part part : parts) {
            part.content().writeTo(beside.resolve(part.name()));
          }
          Files.write(beside.resolve(Checkpoint.STATE), json(state));
          return draft;
        });
  }

  private static List<String> names(List<Part> parts, List<String> others) {
    return Stream.of(parts.stream().map(Part::name), others.stream(), Stream.of(Checkpoint.STATE))
        .flatMap(names -> names)
        .toList();
  }

  /**
   * Adds a file to the draft that rank 0 has written, and brings it to the disk.
   *
   * @throws TrainerException code 10 if the disk is full or fails
   */
  public void contribute(long step, Part part) {
    Path beside = hidden(TEMPORARY, run.checkpoints().resolve(name(step)));
    try {
      Path file = beside.resolve(part.name());
      part.content().writeTo(file);
      Durable.sync(file);
    } catch (IOException | UncheckedIOException e) {
      throw TrainerException.retry(
          "%s of the checkpoint of step %d could not be written to %s: %s"
              .formatted(part.name(), step, beside, e.getMessage()),
          e);
    }
  }

  /**
   * Syncs and digests a draft's files and renames its folder, then replaces {@code latest} (and
   * {@code best}) and deletes old ones, and those of later steps, which this run has gone back
   * behind. A process killed between rename and {@code best} leaves the former best one: whoever
   * resumes from a checkpoint that its state calls the best one says so with {@link #markBest}. One
   * draft at a time, the last that was written; on any thread.
   *
   * @throws TrainerException code 10, as {@link #draft}
   */
  public Checkpoint publish(Draft draft) {
    Path folder = folder(draft);
    Path beside = hidden(TEMPORARY, folder);
    Path aside = hidden(ASIDE, folder);
    CheckpointManifest manifest;
    try {
      manifest =
          whole(
              draft,
              beside,
              () -> {
                CheckpointManifest written = sync(beside, draft);
                run.checkClaim();
                if (Files.exists(folder)) {
                  Durable.rename(folder, aside);
                }
                Durable.rename(beside, folder);
                return written;
              });
    } finally {
      settle(aside);
    }
    run.checkClaim();
    pointTo(LATEST, folder);
    if (draft.best()) {
      markBest(folder);
    }
    prune(draft.header().getStep());
    return new Checkpoint(folder, manifest, draft.state());
  }

  private interface Writing<T> {
    T run() throws IOException;
  }

  /** All of it, or nothing is left. */
  private <T> T whole(Draft draft, Path beside, Writing<T> writing) {
    boolean done = false;
    try {
      T result = writing.run();
      done = true;
      return result;
    } catch (IOException | UncheckedIOException e) {
      run.checkClaim();
      throw TrainerException.retry(
          "checkpoint of step %d could not be written to %s: %s; %s"
              .formatted(
                  draft.header().getStep(),
                  run.checkpoints(),
                  e.getMessage(),
                  newestName().map(n -> n + " stays the newest").orElse("there is none yet")),
          e);
    } finally {
      if (!done) {
        settle(beside);
      }
    }
  }

  private static CheckpointManifest sync(Path folder, Draft draft) throws IOException {
    CheckpointManifest.Builder manifest =
        draft.header().toBuilder().setFormat(Checkpoint.FORMAT).clearFiles();
    for (String name : draft.files()) {
      Path file = folder.resolve(name);
      Durable.sync(file);
      manifest.addFiles(
          CheckpointFile.newBuilder()
              .setPath(name)
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

  private Path folder(Draft draft) {
    return run.checkpoints().resolve(name(draft.header().getStep()));
  }

  private static byte[] json(Message message) throws IOException {
    return (JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Path hidden(String prefix, Path folder) {
    return folder.resolveSibling(prefix + run.attempt() + "-" + folder.getFileName());
  }

  /** Puts a checkpoint that stands aside back in its place if that is empty; deletes any other. */
  private static void settle(Path hidden) {
    Matcher name = HIDDEN.matcher(hidden.getFileName().toString());
    if (!name.matches() || !Files.exists(hidden)) {
      return;
    }
    Path place = hidden.resolveSibling(name.group(2));
    try {
      if (name.group(1).equals(ASIDE) && !Files.exists(place)) {
        Durable.rename(hidden, place);
      } else {
        Durable.deleteTree(hidden);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} stays behind: {}", hidden, e.getMessage());
    }
  }

  /** Makes a checkpoint the best one. */
  public void markBest(Checkpoint checkpoint) {
    markBest(checkpoint.folder());
  }

  private void markBest(Path folder) {
    run.checkClaim();
    pointTo(BEST, folder);
  }

  private void pointTo(String pointer, Path folder) {
    Path file = run.checkpoints().resolve(pointer);
    try {
      Durable.replace(file, folder.getFileName().toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw TrainerException.retry(file + " cannot be replaced: " + e.getMessage(), e);
    }
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
   * The checkpoint of a step, which another rank has found whole.
   *
   * @throws TrainerException code 10 if it is not whole here
   */
  public Checkpoint of(long step) {
    Path folder = run.checkpoints().resolve(name(step));
    try {
      return Checkpoint.read(folder);
    } catch (DamagedCheckpointException e) {
      throw TrainerException.retry(
          "checkpoint %s is whole for rank 0 and not here: %s".formatted(folder, e.getMessage()),
          e);
    }
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
      if (!STEP.matcher(name).matches()) {
        throw TrainerException.invalid(
            "%s must name a checkpoint's folder, was \"%s\"".formatted(file, name));
      }
      return Optional.of(checkpoints.resolve(name));
    } catch (IOException e) {
      throw TrainerException.retry(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The folder that this is the store of. */
  public RunFolder run() {
    return run;
  }

  /**
   * Deletes the checkpoints that are not to stay.
   *
   * @param newest step of the newest one that may stay: this run has gone back behind later ones
   * @throws TrainerException code 10 if another attempt has claimed the run, whose they are then
   */
  void prune(long newest) {
    Optional<Path> best = best(run.checkpoints());
    int kept = 0;
    for (Path folder : newestFirst()) {
      boolean stays = step(folder) <= newest && kept++ < keep;
      if (!stays && !best.equals(Optional.of(folder))) {
        run.checkClaim();
        delete(folder);
      }
    }
  }

  /** Takes the name away first, so that no reader sees half of a checkpoint. */
  private void delete(Path folder) {
    Path hidden = hidden(TEMPORARY, folder);
    try {
      Durable.rename(folder, hidden);
    } catch (IOException e) {
      LOG.warn("{} stays behind: {}", folder, e.getMessage());
    }
    settle(hidden);
  }

  private Optional<String> newestName() {
    return newestFirst().stream().findFirst().map(p -> p.getFileName().toString());
  }

  private List<Path> newestFirst() {
    return children(STEP).stream()
        .sorted(Comparator.comparingLong(CheckpointStore::step).reversed())
        .toList();
  }

  private List<Path> children(Pattern name) {
    try (Stream<Path> children = Files.list(run.checkpoints())) {
      return children.filter(p -> name.matcher(p.getFileName().toString()).matches()).toList();
    } catch (IOException | UncheckedIOException e) {
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
