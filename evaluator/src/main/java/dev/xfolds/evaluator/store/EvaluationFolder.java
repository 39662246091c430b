package dev.xfolds.evaluator.store;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** One evaluation on the volume: key.json, answers.jsonl, report.json. */
public final class EvaluationFolder {

  static final String KEY_FILE = "key.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path path;
  private final KeyFile keyFile;

  /**
   * What key.json holds.
   *
   * @param salt hex; orders the questions of this evaluation, no client learns it
   * @param carriedFrom task version whose stored answers were taken over, or null
   */
  record KeyFile(
      int format, EvaluationKey key, String questionsDigest, String salt, String carriedFrom) {}

  EvaluationFolder(Path path, KeyFile keyFile) {
    this.path = path;
    this.keyFile = keyFile;
  }

  static Optional<EvaluationFolder> read(Path path) {
    Path file = path.resolve(KEY_FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new EvaluationFolder(path, JSON.readValue(Files.readAllBytes(file), KeyFile.class)));
    } catch (IOException e) {
      throw new StoreException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static EvaluationFolder create(Path path, KeyFile keyFile) {
    try {
      Files.createDirectories(path);
      AtomicFiles.write(
          path.resolve(KEY_FILE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(keyFile));
    } catch (IOException e) {
      throw new StoreException(path + " cannot be created: " + e.getMessage(), e);
    }
    return new EvaluationFolder(path, keyFile);
  }

  public Path path() {
    return path;
  }

  public EvaluationKey key() {
    return keyFile.key();
  }

  public String questionsDigest() {
    return keyFile.questionsDigest();
  }

  /** Secret of this evaluation, from which its question ids follow. */
  public byte[] salt() {
    return HexFormat.of().parseHex(keyFile.salt());
  }

  /** Whether the answers were taken over from another version of the task, so asked only once. */
  boolean carried() {
    return keyFile.carriedFrom() != null;
  }

  /** Opens the answers for writing; one writer at a time. */
  public AnswerLog openAnswers() {
    return AnswerLog.open(answersFile());
  }

  public List<StoredAnswer> loadAnswers() {
    return AnswerLog.load(answersFile());
  }

  public Optional<ReportDocument> report() {
    return ReportDocument.read(reportPath());
  }

  /** Replaces the report at once or not at all. */
  public void write(ReportDocument document) {
    document.write(reportPath());
  }

  Path answersFile() {
    return path.resolve("answers.jsonl");
  }

  /** Where the report is or will be. */
  public Path reportPath() {
    return path.resolve("report.json");
  }
}
