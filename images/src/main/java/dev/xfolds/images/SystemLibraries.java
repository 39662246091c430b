package dev.xfolds.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What binaries need of the machine that they run on: the C library, its loader and others. */
final class SystemLibraries {

  private static final Pattern FOUND =
      Pattern.compile("\\s*(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)");
  private static final Pattern MISSING = Pattern.compile("\\s*(\\S+) => not found");
  private static final Path UTF8_LOCALE = Path.of("/usr/lib/locale/C.utf8");

  /** Come with the graphics driver, put into the container by the node. */
  private static final Set<String> OF_THE_DRIVER = Set.of("libcuda.so.1", "libnvidia-ml.so.1");

  /** C libraries before glibc 2.34 load them by name to look up users and hosts. */
  private static final List<String> LOADED_BY_NAME =
      List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2");

  private SystemLibraries() {}

  /**
   * The closure, at the paths where this machine's loader finds it, which are those where the same
   * loader finds it in the image.
   *
   * @param folders with libraries that the image has elsewhere
   */
  static NavigableSet<Path> of(Collection<Path> binaries, Collection<Path> folders) {
    String path = folders.stream().map(Path::toString).collect(Collectors.joining(":"));
    NavigableSet<Path> needed = new TreeSet<>();
    for (Path binary : binaries) {
      String listing = Tool.run(List.of("ldd", binary.toString()), Map.of("LD_LIBRARY_PATH", path));
      needed.addAll(parse(binary, listing));
    }
    needed.removeIf(library -> folders.stream().anyMatch(library::startsWith));
    for (Path library : List.copyOf(needed)) {
      if (library.endsWith("libc.so.6")) {
        LOADED_BY_NAME.stream()
            .map(library::resolveSibling)
            .filter(Files::exists)
            .forEach(needed::add);
      }
    }
    return needed;
  }

  /** Paths in what ldd prints. */
  static List<Path> parse(Path binary, String listing) {
    List<String> missing =
        listing
            .lines()
            .map(MISSING::matcher)
            .filter(Matcher::matches)
            .map(match -> match.group(1))
            .filter(name -> !OF_THE_DRIVER.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw ImagesException.user(
          "%s needs %s, which this machine lacks: install it, or name an image with --base"
              .formatted(binary.getFileName(), String.join(", ", missing)));
    }
    return listing
        .lines()
        .map(FOUND::matcher)
        .filter(Matcher::matches)
        .map(match -> Path.of(match.group(1)).normalize())
        .toList();
  }

  /** File names that are not ASCII need a locale; empty where the C library has it built in. */
  static List<Path> locale() {
    if (!Files.isDirectory(UTF8_LOCALE)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(UTF8_LOCALE)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw ImagesException.failed(UTF8_LOCALE + " cannot be read: " + e, e);
    }
  }
}
