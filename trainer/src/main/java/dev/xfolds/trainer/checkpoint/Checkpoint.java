package dev.xfolds.trainer.checkpoint;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.xfolds.contract.v1.CheckpointFile;
import dev.xfolds.contract.v1.CheckpointManifest;
import dev.xfolds.contract.v1.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A whole checkpoint: every file of its manifest was there with its size and digest when it was
 * read or written.
 */
public record Checkpoint(Path folder, CheckpointManifest manifest, TrainingState state) {

  static final String MANIFEST = "manifest.json";
  static final String STATE = "state.json";
  public static final String MODEL = "model.safetensors";
  public static final String VOCABULARY = "vocabulary.txt";
  public static final String ANSWERS = "answers.txt";
  public static final String FINGERPRINTS = "fingerprints.bin";

  static final int FORMAT = 1;
  private static final Pattern OPTIMIZER = Pattern.compile("optimizer-\\d+\\.safetensors");
  private static final Set<String> NOT_MODEL = Set.of(STATE, FINGERPRINTS);
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int MAX_JSON_BYTES = 32 << 20;

  /**
   * Reads and verifies a checkpoint's folder.
   *
   * @throws DamagedCheckpointException naming the file and what was expected
   */
  public static Checkpoint read(Path folder) {
    CheckpointManifest manifest =
        json(folder.resolve(MANIFEST), CheckpointManifest.newBuilder()).build();
    if (manifest.getFormat() != FORMAT) {
      throw new DamagedCheckpointException(
          "%s: format must be %d, was %d"
              .formatted(folder.resolve(MANIFEST), FORMAT, manifest.getFormat()));
    }
    for (String needed : List.of(MODEL, STATE)) {
      if (manifest.getFilesList().stream().noneMatch(f -> f.getPath().equals(needed))) {
        throw new DamagedCheckpointException(
            "%s: files must name %s".formatted(folder.resolve(MANIFEST), needed));
      }
    }
    for (CheckpointFile file : manifest.getFilesList()) {
      verify(folder, file);
    }
    String digest = digest(manifest.getFilesList());
    if (!digest.equals(manifest.getDigest())) {
      throw new DamagedCheckpointException(
          "%s: digest must be %s (of the model's files), was %s"
              .formatted(folder.resolve(MANIFEST), digest, manifest.getDigest()));
    }
    TrainingState state = json(folder.resolve(STATE), TrainingState.newBuilder()).build();
    if (state.getStep() != manifest.getStep()) {
      throw new DamagedCheckpointException(
          "%s: step must be that of the manifest (%d), was %d"
              .formatted(folder.resolve(STATE), manifest.getStep(), state.getStep()));
    }
    return new Checkpoint(folder, manifest, state);
  }

  /** When it was whole, by the clock of the volume. */
  public Timestamp written() {
    Path file = folder.resolve(MANIFEST);
    try {
      return Timestamps.fromMillis(Files.getLastModifiedTime(file).toMillis());
    } catch (IOException e) {
      throw new DamagedCheckpointException("%s cannot be read".formatted(file), e);
    }
  }

  private static void verify(Path folder, CheckpointFile file) {
    if (!FILE_NAME.matcher(file.getPath()).matches()) {
      throw new DamagedCheckpointException(
          "%s: files must lie in the checkpoint's folder, was \"%s\""
              .formatted(folder.resolve(MANIFEST), file.getPath()));
    }
    Path path = folder.resolve(file.getPath());
    try {
      if (!Files.isRegularFile(path)) {
        throw new DamagedCheckpointException(path + ": is missing");
      }
      long bytes = Files.size(path);
      if (bytes != file.getBytes()) {
        throw new DamagedCheckpointException(
            "%s: must have %d bytes, has %d".formatted(path, file.getBytes(), bytes));
      }
      String sha256 = Durable.sha256(path);
      if (!sha256.equals(file.getSha256())) {
        throw new DamagedCheckpointException(
            "%s: sha-256 must be %s, was %s".formatted(path, file.getSha256(), sha256));
      }
    } catch (IOException e) {
      throw new DamagedCheckpointException(path + ": cannot be read: " + e, e);
    }
  }

  private static <B extends Message.Builder> B json(Path file, B builder) {
    try {
      JsonFormat.parser()
          .merge(new String(Durable.read(file, MAX_JSON_BYTES), StandardCharsets.UTF_8), builder);
      return builder;
    } catch (NoSuchFileException e) {
      throw new DamagedCheckpointException(file + ": is missing", e);
    } catch (IOException e) {
      throw new DamagedCheckpointException(
          "%s: must be a %s in protobuf JSON: %s"
              .formatted(file, builder.getDescriptorForType().getName(), e),
          e);
    }
  }

  /**
   * Sha-256 over "path sha256\n" of the model's files in order of path: names the weights wherever
   * scores are told.
   */
  static String digest(List<CheckpointFile> files) {
    MessageDigest digest = Durable.sha256();
    digest.update(
        files.stream()
            .filter(
                f -> !NOT_MODEL.contains(f.getPath()) && !OPTIMIZER.matcher(f.getPath()).matches())
            .sorted(Comparator.comparing(CheckpointFile::getPath))
            .map(f -> f.getPath() + " " + f.getSha256() + "\n")
            .collect(Collectors.joining())
            .getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  public long step() {
    return manifest.getStep();
  }

  public String digest() {
    return manifest.getDigest();
  }

  /** The name of the file in which a rank saves what its optimizer remembers. */
  public static String optimizer(int rank) {
    return "optimizer-%d.safetensors".formatted(rank);
  }

  /** The files of all ranks that have saved what their optimizers remember. */
  public List<Path> optimizers() {
    return manifest.getFilesList().stream()
        .map(CheckpointFile::getPath)
        .filter(name -> OPTIMIZER.matcher(name).matches())
        .map(this::file)
        .toList();
  }

  public Path file(String name) {
    return folder.resolve(name);
  }
}
