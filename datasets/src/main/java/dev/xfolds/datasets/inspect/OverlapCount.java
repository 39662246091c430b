package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import dev.xfolds.datasets.inspect.Inspection.Overlap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Counts what two splits have in common. */
final class OverlapCount {

  private OverlapCount() {}

  static Overlap of(Entries of, Entries in, ImageIndex images) {
    Set<String> files = new HashSet<>();
    Set<ImageHashes> hashes = new LinkedHashSet<>();
    Set<String> texts = new HashSet<>();
    Set<List<String>> triples = new HashSet<>();
    Set<String> answers = new HashSet<>();
    for (Entry entry : in.entries()) {
      files.add(images.key(entry.image()));
      images.hashes(entry.image()).ifPresent(hashes::add);
      texts.add(entry.text());
      for (String answer : entry.answers()) {
        triples.add(List.of(images.key(entry.image()), entry.text(), answer));
        answers.add(answer.toLowerCase(Locale.ROOT));
      }
    }
    Set<ImageSource> ofImages = new LinkedHashSet<>();
    Set<String> ofTexts = new HashSet<>();
    int repeated = 0;
    int open = 0;
    int unseen = 0;
    for (Entry entry : of.entries()) {
      ofImages.add(entry.image());
      if (!entry.text().isEmpty()) {
        ofTexts.add(entry.text());
      }
      String file = images.key(entry.image());
      boolean again =
          entry.answers().stream()
              .anyMatch(answer -> triples.contains(List.of(file, entry.text(), answer)));
      repeated += again ? 1 : 0;
      if (entry.open()) {
        open++;
        boolean seen =
            entry.answers().stream()
                .anyMatch(answer -> answers.contains(answer.toLowerCase(Locale.ROOT)));
        unseen += seen ? 0 : 1;
      }
    }
    int exact = (int) ofImages.stream().filter(image -> files.contains(images.key(image))).count();
    Integer near = images.comparesPairs() ? near(ofImages, files, hashes, images) : null;
    return new Overlap(
        of.name(),
        in.name(),
        exact,
        ofImages.size(),
        near,
        (int) ofTexts.stream().filter(texts::contains).count(),
        ofTexts.size(),
        repeated,
        of.entries().size(),
        open,
        unseen);
  }

  private static int near(
      Set<ImageSource> ofImages, Set<String> files, Set<ImageHashes> hashes, ImageIndex images) {
    return (int)
        ofImages.stream()
            .filter(image -> !files.contains(images.key(image)))
            .filter(image -> isNear(images.hashes(image), hashes))
            .count();
  }

  private static boolean isNear(Optional<ImageHashes> image, Set<ImageHashes> others) {
    return image.isPresent()
        && others.stream().anyMatch(other -> image.get().distance(other) <= ImageIndex.NEAR);
  }
}
