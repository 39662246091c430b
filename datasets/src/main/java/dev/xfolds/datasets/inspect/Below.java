package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the folders below a folder of images hold beside images. */
final class Below {

  private static final int SHOWN = 10;

  private Below() {}

  /**
   * Sentences about data sets of their own and about links that are not followed.
   *
   * @param format of a folder's own annotations, if it has some
   */
  static List<String> notes(Path folder, Function<Path, Optional<InspectFormat>> format) {
    List<String> sets = new ArrayList<>();
    List<String> links = new ArrayList<>();
    Path known = null;
    for (Path below : folders(folder)) {
      String name = folder.relativize(below).toString();
      if (known != null && below.startsWith(known)) {
        continue;
      }
      if (Files.isSymbolicLink(below)) {
        links.add(name);
        continue;
      }
      Optional<InspectFormat> found = format.apply(below);
      if (found.isPresent()) {
        known = below;
        sets.add("%s (%s)".formatted(name, found.get().label()));
      }
    }
    List<String> notes = new ArrayList<>();
    if (!sets.isEmpty()) {
      notes.add("annotations below are not read, inspect each by its own path: " + listed(sets));
    }
    if (!links.isEmpty()) {
      notes.add("links to folders are not followed: " + listed(links));
    }
    return notes;
  }

  private static List<Path> folders(Path folder) {
    try (var entries = Files.walk(folder)) {
      return entries.filter(Files::isDirectory).filter(e -> !e.equals(folder)).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot read folder %s: %s".formatted(folder, e), e);
    }
  }

  private static String listed(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() > SHOWN ? "%s and %,d more".formatted(shown, names.size() - SHOWN) : shown;
  }
}
