package dev.xfolds.evaluator.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a report is about; equal keys share one report.
 *
 * @param checkpointDigest sha-256, 64 lower-case hex digits
 * @param dataDigest of the task's data
 * @param task name@version
 * @param precision name of the contract's enum
 */
public record EvaluationKey(
    String namespace,
    String run,
    String checkpointDigest,
    String dataDigest,
    String task,
    int shots,
    long seed,
    String prompt,
    String decoding,
    String precision) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern TASK = Pattern.compile("[a-z0-9][-a-z0-9]*@[0-9]+");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  public EvaluationKey {
    require("namespace", namespace, NAME, "a Kubernetes name");
    require("run", run, NAME, "a Kubernetes name");
    require("checkpoint_digest", checkpointDigest, DIGEST, "64 lower-case hex digits");
    require("task", task, TASK, "name@version");
  }

  private static void require(String field, String value, Pattern pattern, String expected) {
    if (!pattern.matcher(value).matches() || value.contains("..")) {
      String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
      throw new IllegalArgumentException(
          field + " must be " + expected + ", was \"" + shown + "\"");
    }
  }

  /** The task without its version. */
  public String taskName() {
    return task.substring(0, task.indexOf('@'));
  }

  /** The same evaluation of another version of the task. */
  EvaluationKey withTask(String otherTask, String otherDataDigest) {
    return new EvaluationKey(
        namespace,
        run,
        checkpointDigest,
        otherDataDigest,
        otherTask,
        shots,
        seed,
        prompt,
        decoding,
        precision);
  }

  /** The folder of the first key of a checkpoint. */
  String folderName() {
    return checkpointDigest.substring(0, 16);
  }

  /**
   * The folder of a further key of the same checkpoint: other shots, seed, prompt, or questions.
   */
  String furtherFolderName(String questionsDigest) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest((this + questionsDigest).getBytes(StandardCharsets.UTF_8));
      return folderName() + "-" + HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
