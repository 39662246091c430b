package dev.xfolds.operator.local;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ClusterSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which folder stands for which PersistentVolumeClaim.
 *
 * @param folders by claim name, absolute
 */
public record HostVolumes(Map<String, Path> folders) {
  public static final String DATA_VOLUME = "xfolds-data";

  public HostVolumes {
    Map<String, Path> absolute = new TreeMap<>();
    folders.forEach((name, path) -> absolute.put(name, path.toAbsolutePath().normalize()));
    folders = Map.copyOf(absolute);
  }

  public Optional<Path> find(String claim) {
    return Optional.ofNullable(folders.get(claim));
  }

  /**
   * Adds what every run has: the trainer's and the evaluator's volume, unless the user mapped them.
   */
  HostVolumes with(RunPlan plan, ClusterSettings settings, OutputFolder output) {
    Map<String, Path> all = new TreeMap<>(folders);
    String trainer = plan.getCheckpoint().getVolume();
    all.putIfAbsent(trainer, output.trainerVolume());
    all.putIfAbsent(settings.evaluatorClaim(), output.evaluatorVolume());
    return new HostVolumes(all);
  }

  Path folder(String claim) {
    return find(claim)
        .orElseThrow(
            () ->
                new LocalException(
                    "volume %s has no folder on this machine: add --volume %s=DIR"
                        .formatted(claim, claim)));
  }
}
