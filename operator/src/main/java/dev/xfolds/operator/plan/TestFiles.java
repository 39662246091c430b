package dev.xfolds.operator.plan;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;

/** Test answers must not reach a trainer, by no volume. */
final class TestFiles {
  private TestFiles() {}

  /**
   * Refuses a file or folder that shows a test file.
   *
   * @param file path below a volume's root
   * @param path of the field that names it
   */
  static void notIn(Problems problems, String file, String path) {
    for (Task task : Tasks.all()) {
      for (String test : task.testFiles()) {
        if (Volumes.shows(file, test)) {
          problems.add(
              path,
              "must not show the trainer %s, the test file of %s; name training files, was %s",
              test,
              task.task(),
              file);
        }
      }
    }
  }

  /** The claim of checkpoints is mounted whole, so nothing else may be on it. */
  static void notBesideCheckpoints(Problems problems, RunPlan.Builder plan) {
    String claim = plan.getCheckpoint().getVolume();
    for (int i = 0; i < plan.getDataCount(); i++) {
      refuse(problems, claim, plan.getData(i).getVolume(), "spec.data[" + i + "]");
    }
    DataPlan validation = plan.getValidation().getData();
    refuse(problems, claim, validation.getVolume(), "spec.validation.data");
    for (int i = 0; i < plan.getEvaluationsCount(); i++) {
      refuse(problems, claim, plan.getEvaluations(i).getVolume(), "spec.evaluation[" + i + "]");
    }
  }

  private static void refuse(Problems problems, String claim, String volume, String reader) {
    if (claim.equals(volume)) {
      problems.add(
          "spec.checkpoint.volume",
          "must be another claim than that of %s: the trainer sees all of it and writes to it,"
              + " was %s",
          reader,
          claim);
    }
  }
}
