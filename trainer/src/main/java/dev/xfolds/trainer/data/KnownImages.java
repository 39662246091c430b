package dev.xfolds.trainer.data;

import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.trainer.config.TrainerException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run knows of its images after it has looked at them once. A checkpoint keeps it, so that a
 * resumed run leaves out the same samples without looking again.
 *
 * @param unreadable as {@link TrainingData#unreadable} gives them ({@code
 *     TrainingState.unreadable_images})
 * @param fingerprints those of the checkpoint (fingerprints.bin)
 */
public record KnownImages(List<String> unreadable, List<Fingerprint> fingerprints) {

  public KnownImages {
    unreadable = List.copyOf(unreadable);
    fingerprints = List.copyOf(fingerprints);
  }

  /**
   * Which of the images cannot be read.
   *
   * @param keys of all images
   * @throws TrainerException code 2 if an entry is about none of them: the data has changed
   */
  Set<String> unreadableAmong(Collection<String> keys) {
    Set<String> all = Set.copyOf(keys);
    Set<String> found = new HashSet<>();
    for (String entry : unreadable) {
      found.add(
          key(entry, all)
              .orElseThrow(
                  () ->
                      TrainerException.invalid(
                          "spec.data must be what it was when this run began; an image is gone from it: "
                              + entry)));
    }
    return found;
  }

  /** A key may hold ": " itself, so the entry alone does not tell where its key ends. */
  private static Optional<String> key(String entry, Set<String> keys) {
    for (int end = entry.indexOf(": "); end >= 0; end = entry.indexOf(": ", end + 1)) {
      String start = entry.substring(0, end);
      if (keys.contains(start)) {
        return Optional.of(start);
      }
    }
    return Optional.empty();
  }
}
