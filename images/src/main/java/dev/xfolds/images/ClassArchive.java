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

/**
 * The classes with which a process starts, parsed and verified once: what the JVM calls class data
 * sharing. A JVM takes the archive if it is the one that wrote it and if its class path has the
 * same names, sizes and times; otherwise it starts without, and later.
 *
 * <p>{@code classes.txt} names the classes of all components, a line for each package; a name that
 * is nowhere on a class path is passed over, and one that lacks costs only time. It was recorded
 * with {@code -XX:DumpLoadedClassList} (docs/adr/0009-images.md).
 */
final class ClassArchive {

  private static final String NAMES = "classes.txt";

  /**
   * The JVM's table of open jars goes by inode numbers, and what their order does to the table
   * shows in the archive's bytes. In memory files that are made one after another have one number
   * after another, wherever the build lies and whatever it does beside.
   */
  private static final Path MEMORY = Path.of("/dev/shm");

  private ClassArchive() {}

  /**
   * Writes one.
   *
   * @param classPath in its order
   * @param options with which the process will start; those of modules are part of what is kept
   * @param created the time of every file in the image
   * @param archive to write
   */
  static Path write(
      JavaRuntime runtime,
      List<Layer.File> classPath,
      List<String> options,
      Instant created,
      Path archive) {
    Path root = null;
    try {
      root =
          hasRoomFor(classPath)
              ? Files.createTempDirectory(MEMORY, "xfolds-")
              : Files.createTempDirectory("xfolds-");
      List<String> relative = copy(classPath, root, created);
      Path names = Files.write(archive.resolveSibling(archive.getFileName() + ".names"), names());
      List<String> command = new ArrayList<>();
      command.add(runtime.folder().resolve("bin/java").toString());
      // Not what this machine would choose: the bytes depend on collector and size of the heap.
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-Xint", "-Xshare:dump"));
      options.stream().filter(option -> option.startsWith("--")).forEach(command::add);
      command.add("-XX:SharedClassListFile=" + names);
      command.add("-XX:SharedArchiveFile=" + archive);
      command.addAll(List.of("-cp", String.join(":", relative)));
      Tool.run(command, Map.of(), root);
      return archive;
    } catch (IOException e) {
      throw ImagesException.failed("the archive of classes cannot be written: " + e, e);
    } finally {
      Images.delete(root);
    }
  }

  /** Twice, because another component's may be there at the same time. */
  private static boolean hasRoomFor(List<Layer.File> classPath) throws IOException {
    if (!Files.isWritable(MEMORY)) {
      return false;
    }
    long size = 0;
    for (Layer.File jar : classPath) {
      size += Files.size(jar.source());
    }
    return Files.getFileStore(MEMORY).getUsableSpace() > 2 * size;
  }

  /** As they will lie in the image; one component at a time, for the numbers' sake. */
  private static synchronized List<String> copy(
      List<Layer.File> classPath, Path root, Instant created) throws IOException {
    List<String> relative = new ArrayList<>();
    for (Layer.File jar : classPath) {
      String place = jar.target().substring(ImageLayout.ROOT.length() + 1);
      Path copy = root.resolve(place);
      Files.createDirectories(copy.getParent());
      Files.copy(jar.source(), copy);
      Files.setLastModifiedTime(copy, FileTime.from(created));
      relative.add(place);
    }
    return relative;
  }

  /** Names as the JVM has them, a/b/C$D. */
  static List<String> names() throws IOException {
    try (InputStream in = ClassArchive.class.getResourceAsStream(NAMES)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .flatMap(line -> Arrays.stream(line).skip(1).map(name -> line[0] + name))
          .toList();
    }
  }
}
