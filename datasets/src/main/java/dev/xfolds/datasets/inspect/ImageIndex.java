package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import dev.xfolds.datasets.inspect.Inspection.Duplicates;
import dev.xfolds.datasets.inspect.Inspection.Unreadable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every image of a data set, read once. An image is known by its split and its name. */
final class ImageIndex {

  /** Bits; of VQA-RAD's pairs of images 7 in 10,000 are as near as this. */
  static final int NEAR = 4;

  /** Images whose pairs are compared: 200 million comparisons. */
  private static final int MOST_COMPARED = 20_000;

  private static final int SHOWN = 10;

  private final Map<ImageSource, ImageHashes> hashes;
  private final List<Unreadable> unreadable;

  private ImageIndex(Map<ImageSource, ImageHashes> hashes, List<Unreadable> unreadable) {
    this.hashes = hashes;
    this.unreadable = List.copyOf(unreadable);
  }

  static ImageIndex of(List<Entries> splits) {
    Map<ImageSource, String> all = new LinkedHashMap<>();
    splits.forEach(
        split -> split.entries().forEach(entry -> all.putIfAbsent(entry.image(), split.name())));
    List<Read> read = all.keySet().parallelStream().map(ImageIndex::read).toList();
    Map<ImageSource, ImageHashes> hashes = new LinkedHashMap<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (Read one : read) {
      one.hashes().ifPresent(found -> hashes.put(one.image(), found));
      one.problem().ifPresent(reason -> unreadable.add(new Unreadable(one.image().name(), reason)));
    }
    return new ImageIndex(hashes, unreadable);
  }

  private record Read(ImageSource image, Optional<ImageHashes> hashes, Optional<String> problem) {}

  private static Read read(ImageSource image) {
    try {
      return new Read(image, Optional.of(Fingerprints.of(image)), Optional.empty());
    } catch (UnreadableImageException e) {
      String prefix = "image " + image.name() + ": ";
      String message = String.valueOf(e.getMessage());
      return new Read(
          image,
          Optional.empty(),
          Optional.of(message.startsWith(prefix) ? message.substring(prefix.length()) : message));
    }
  }

  List<Unreadable> unreadable() {
    return unreadable;
  }

  /**
   * What makes two images the same: the file's digest, or the name where there is no readable file.
   */
  String key(ImageSource image) {
    ImageHashes known = hashes.get(image);
    return known == null ? "name " + image.name() : known.sha256();
  }

  Optional<ImageHashes> hashes(ImageSource image) {
    return Optional.ofNullable(hashes.get(image));
  }

  /** Whether pairs of images are compared at all. */
  boolean comparesPairs() {
    return !hashes.isEmpty() && hashes.size() <= MOST_COMPARED;
  }

  Optional<String> note() {
    if (comparesPairs()) {
      return Optional.empty();
    }
    return Optional.of(
        hashes.isEmpty()
            ? "no image can be read: images are told apart by name, and near ones are not counted"
            : "near images are not counted: there are %,d images, pairs are compared up to %,d"
                .formatted(hashes.size(), MOST_COMPARED));
  }

  Duplicates duplicates() {
    Map<String, List<String>> byFile = new LinkedHashMap<>();
    Map<String, ImageHashes> distinct = new LinkedHashMap<>();
    hashes.forEach(
        (image, hash) -> {
          List<String> names = byFile.computeIfAbsent(hash.sha256(), sha -> new ArrayList<>());
          if (!names.contains(image.name())) {
            names.add(image.name());
          }
          distinct.putIfAbsent(hash.sha256(), hash);
        });
    List<List<String>> groups = byFile.values().stream().filter(names -> names.size() > 1).toList();
    Near near = comparesPairs() ? near(distinct.values(), byFile) : new Near(null, List.of());
    return new Duplicates(
        groups.stream().mapToInt(names -> names.size() - 1).sum(),
        groups.stream().limit(SHOWN).map(List::copyOf).toList(),
        near.pairs(),
        near.examples());
  }

  private record Near(Integer pairs, List<List<String>> examples) {}

  /** Examples are the nearest pairs. */
  private static Near near(Collection<ImageHashes> distinct, Map<String, List<String>> names) {
    List<ImageHashes> all = List.copyOf(distinct);
    Map<Integer, List<List<String>>> byDistance = new TreeMap<>();
    int pairs = 0;
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        int distance = all.get(i).distance(all.get(j));
        if (distance <= NEAR) {
          pairs++;
          List<List<String>> found = byDistance.computeIfAbsent(distance, d -> new ArrayList<>());
          if (found.size() < SHOWN) {
            found.add(
                List.of(
                    names.get(all.get(j).sha256()).getFirst(),
                    names.get(all.get(i).sha256()).getFirst()));
          }
        }
      }
    }
    return new Near(
        pairs, byDistance.values().stream().flatMap(List::stream).limit(SHOWN).toList());
  }
}
