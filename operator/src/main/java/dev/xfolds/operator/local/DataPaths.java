package dev.xfolds.operator.local;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.VolumeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Finds data that is not on this machine before anything is started. */
public final class DataPaths {
  private final HostVolumes volumes;
  private final Set<String> problems = new LinkedHashSet<>();

  private DataPaths(HostVolumes volumes) {
    this.volumes = volumes;
  }

  /**
   * Every path that a run names and that is missing, empty or unreadable; a sentence each, with its
   * field.
   */
  public static List<String> problems(RunPlan plan, HostVolumes volumes) {
    DataPaths check = new DataPaths(volumes);
    for (int i = 0; i < plan.getDataCount(); i++) {
      check.data(plan.getData(i), "spec.data[" + i + "]");
    }
    if (plan.getValidation().hasData()) {
      check.data(plan.getValidation().getData(), "spec.validation.data");
    }
    if (plan.getInitFrom().hasCheckpoint()) {
      check.file(plan.getInitFrom().getCheckpoint(), "spec.initFrom.checkpoint");
    }
    TokenizerPlan tokenizer = plan.getModel().getClip().getTokenizer();
    if (tokenizer.hasBytePair()) {
      check.file(tokenizer.getBytePair(), "spec.model.clip.tokenizer.bytePair");
    }
    for (int i = 0; i < plan.getEvaluationsCount(); i++) {
      String volume = plan.getEvaluations(i).getVolume();
      if (!volume.isEmpty()) {
        check.path("spec.evaluation[" + i + "].volume", volume, "");
      }
    }
    return new ArrayList<>(check.problems);
  }

  private void data(DataPlan data, String field) {
    if (!data.getVolume().isEmpty()) {
      new TreeMap<>(data.getFilesMap())
          .forEach((role, file) -> path(field + ".files." + role, data.getVolume(), file));
    }
  }

  private void file(VolumeFile file, String field) {
    path(field, file.getVolume(), file.getPath());
  }

  private void path(String field, String volume, String relative) {
    var folder = volumes.find(volume);
    if (folder.isEmpty()) {
      problems.add(
          "%s: volume %s has no folder on this machine; add --volume %s=DIR"
              .formatted(field, volume, volume));
      return;
    }
    Path path = folder.get().resolve(relative);
    String wrong = wrong(path);
    if (wrong != null) {
      problems.add(
          "%s: %s %s (volume %s is %s; set %s--volume %s=DIR)"
              .formatted(
                  field,
                  path,
                  wrong,
                  volume,
                  folder.get(),
                  volume.equals(HostVolumes.DATA_VOLUME) ? "XFOLDS_DATA or " : "",
                  volume));
    }
  }

  /** What is wrong with a path, or null. */
  private static String wrong(Path path) {
    if (!Files.exists(path)) {
      return "does not exist";
    }
    if (!Files.isReadable(path)) {
      return "cannot be read";
    }
    try {
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
          return entries.iterator().hasNext() ? null : "is an empty folder";
        }
      }
      return Files.size(path) == 0 ? "is empty" : null;
    } catch (IOException e) {
      return "cannot be read: " + e.getMessage();
    }
  }
}
