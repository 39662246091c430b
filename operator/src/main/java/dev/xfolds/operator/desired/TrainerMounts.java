package dev.xfolds.operator.desired;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TokenizerPlan;
import dev.xfolds.contract.v1.VolumeFile;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which files of which data volumes a trainer sees: those that its plan names, and nothing beside
 * them.
 */
final class TrainerMounts {
  private TrainerMounts() {}

  /** Paths below each volume's root; a path below another one of the list is left out. */
  static SortedMap<String, List<String>> of(RunPlan plan) {
    SortedMap<String, SortedSet<String>> paths = new TreeMap<>();
    for (DataPlan data : plan.getDataList()) {
      addData(paths, data);
    }
    if (plan.hasValidation() && plan.getValidation().hasData()) {
      addData(paths, plan.getValidation().getData());
    }
    if (plan.getInitFrom().hasCheckpoint()) {
      addFile(paths, plan.getInitFrom().getCheckpoint());
    }
    TokenizerPlan tokenizer = plan.getModel().getClip().getTokenizer();
    if (tokenizer.hasBytePair()) {
      addFile(paths, tokenizer.getBytePair());
    }
    SortedMap<String, List<String>> outermost = new TreeMap<>();
    paths.forEach((volume, files) -> outermost.put(volume, outermost(files)));
    return outermost;
  }

  private static void addData(Map<String, SortedSet<String>> paths, DataPlan data) {
    if (!data.getVolume().isEmpty()) {
      paths
          .computeIfAbsent(data.getVolume(), _ -> new TreeSet<>())
          .addAll(data.getFilesMap().values());
    }
  }

  private static void addFile(Map<String, SortedSet<String>> paths, VolumeFile file) {
    paths.computeIfAbsent(file.getVolume(), _ -> new TreeSet<>()).add(file.getPath());
  }

  private static List<String> outermost(SortedSet<String> files) {
    return files.stream()
        .filter(path -> files.stream().noneMatch(other -> path.startsWith(other + "/")))
        .toList();
  }
}
