package dev.xfolds.evaluator.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The evaluations of one run, below evaluations/(namespace)/(run)/ of the evaluator's volume; held
 * by one process at a time.
 */
public final class EvaluationStore implements Closeable {

  private final Path root;
  private final Path runFolder;
  private final FileChannel lockFile;
  private final SecureRandom random;

  private EvaluationStore(Path root, Path runFolder, FileChannel lockFile, SecureRandom random) {
    this.root = root;
    this.runFolder = runFolder;
    this.lockFile = lockFile;
    this.random = random;
  }

  /**
   * Claims the run's folder.
   *
   * @param root of the evaluator's volume
   * @throws StoreException if another process holds it, or the volume cannot be written
   */
  public static EvaluationStore open(Path root, String namespace, String run, SecureRandom random) {
    Path runFolder = root.resolve("evaluations").resolve(namespace).resolve(run);
    try {
      Files.createDirectories(runFolder);
      FileChannel lockFile =
          FileChannel.open(
              runFolder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lockFile)) {
        lockFile.close();
        throw new StoreException(
            "folder " + runFolder + " is in use by another evaluator; stop that one first");
      }
      return new EvaluationStore(root, runFolder, lockFile, random);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException("--store must be a folder, " + e.getFile() + " is a file", e);
    } catch (IOException e) {
      throw new StoreException("folder " + runFolder + " cannot be written: " + e, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  public Path runFolder() {
    return runFolder;
  }

  /** The path as a Report names it. */
  public String relative(Path path) {
    return root.relativize(path).toString();
  }

  /**
   * The folder of this key, created when it is new. If another version of the task has answers to
   * the same questions under the same key otherwise, they are taken over.
   *
   * @param questionsDigest of questions, images and answer choices, without the answer key
   */
  public synchronized EvaluationFolder folder(EvaluationKey key, String questionsDigest) {
    Path taskFolder = runFolder.resolve(key.task());
    Path path = taskFolder.resolve(key.folderName());
    Optional<EvaluationFolder> first = EvaluationFolder.read(path);
    if (first.isPresent() && !same(first.get(), key, questionsDigest)) {
      path = taskFolder.resolve(key.furtherFolderName(questionsDigest));
      first = EvaluationFolder.read(path);
    }
    if (first.isPresent()) {
      return first.get();
    }
    Optional<EvaluationFolder> earlier = earlierVersion(key, questionsDigest);
    byte[] salt = new byte[32];
    random.nextBytes(salt);
    try {
      Files.createDirectories(path);
      if (earlier.isPresent() && Files.exists(earlier.get().answersFile())) {
        AtomicFiles.write(
            path.resolve("answers.jsonl"), Files.readAllBytes(earlier.get().answersFile()));
      }
    } catch (IOException e) {
      throw new StoreException("folder " + path + " cannot be written: " + e.getMessage(), e);
    }
    return EvaluationFolder.create(
        path,
        new EvaluationFolder.KeyFile(
            1,
            key,
            questionsDigest,
            HexFormat.of().formatHex(salt),
            earlier.map(folder -> folder.key().task()).orElse(null)));
  }

  /** How many evaluations asked this test, whatever its version, the given one included. */
  public int timesAsked(String taskName) {
    return (int)
        folders().stream()
            .filter(folder -> folder.key().taskName().equals(taskName) && !folder.carried())
            .count();
  }

  /** Every report of the run, the oldest first. */
  public List<ReportDocument> reports() {
    return folders().stream()
        .flatMap(folder -> folder.report().stream())
        .sorted(ReportDocument.BY_AGE)
        .toList();
  }

  /** Every evaluation of the run, by task and checkpoint. */
  public List<EvaluationFolder> folders() {
    List<EvaluationFolder> folders = new ArrayList<>();
    for (Path task : children(runFolder)) {
      for (Path checkpoint : children(task)) {
        EvaluationFolder.read(checkpoint).ifPresent(folders::add);
      }
    }
    return folders;
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new StoreException("folder " + runFolder + " cannot be released: " + e.getMessage(), e);
    }
  }

  private Optional<EvaluationFolder> earlierVersion(EvaluationKey key, String questionsDigest) {
    return folders().stream()
        .filter(folder -> folder.key().taskName().equals(key.taskName()))
        .filter(folder -> folder.questionsDigest().equals(questionsDigest))
        .filter(folder -> folder.key().withTask(key.task(), key.dataDigest()).equals(key))
        .max(Comparator.comparing(folder -> folder.loadAnswers().size()));
  }

  private static boolean same(EvaluationFolder folder, EvaluationKey key, String questionsDigest) {
    return folder.key().equals(key) && folder.questionsDigest().equals(questionsDigest);
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new StoreException("folder " + folder + " cannot be listed: " + e.getMessage(), e);
    }
  }
}
