package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The classes with which a process starts, parsed and verified once: what the JVM calls class data
 * sharing. A JVM takes the archive if it is the one that wrote it and if its class path has the
 * same names, sizes and times; otherwise it starts without, and later.
 *
 * <p>{@code classes.txt} names the classes of all components, a line for each package; a name that
 * is nowhere on a class path is passed over. {@code images/record-classes} writes it.
 */
final class ClassArchive {

  private static final String NAMES = "classes.txt";

  private ClassArchive() {}

  /**
   * Writes one. Where the build lies does not show in its bytes, as paths are relative ones.
   *
   * @param classPath in its order
   * @param options with which the process will start; those of modules are part of what is kept
   * @param created the time of every file in the image
   * @param work a folder of its own
   */
  static Path write(
      JavaRuntime runtime,
      List<Layer.File> classPath,
      List<String> options,
      Instant created,
      Path work) {
    try {
      Files.createDirectories(work);
      List<String> relative = new ArrayList<>();
      for (Layer.File jar : classPath) {
        String place = jar.target().substring(ImageLayout.ROOT.length() + 1);
        Path copy = work.resolve(place);
        Files.createDirectories(copy.getParent());
        Files.copy(jar.source(), copy);
        Files.setLastModifiedTime(copy, FileTime.from(created));
        relative.add(place);
      }
      Path names = Files.write(work.resolve("names"), names(), UTF_8);
      Path archive = work.resolve("archive");
      List<String> command = new ArrayList<>();
      command.add(runtime.folder().resolve("bin/java").toString());
      // Not what this machine would choose: the bytes depend on collector and size of the heap.
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Xshare:dump"));
      options.stream().filter(option -> option.startsWith("--")).forEach(command::add);
      command.add("-XX:SharedClassListFile=" + names);
      command.add("-XX:SharedArchiveFile=" + archive);
      command.addAll(List.of("-cp", String.join(":", relative)));
      Tool.run(command, Map.of(), work);
      return archive;
    } catch (IOException e) {
      throw ImagesException.failed("the archive of classes cannot be written: " + e, e);
    }
  }

  /** Names as the JVM has them, a/b/C$D. */
  static List<String> names() throws IOException {
    try (InputStream in = ClassArchive.class.getResourceAsStream(NAMES)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .flatMap(line -> Arrays.stream(line).skip(1).map(name -> line[0] + name))
          .collect(Collectors.toUnmodifiableList());
    }
  }
}
