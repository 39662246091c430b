package dev.xfolds.trainer.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk of few bytes: a tmpfs, whose writes fail with ENOSPC when it is full. It is mounted in a
 * namespace of its own, which a process holds, and is gone with it, however this process ends.
 * Others reach it through that process's root.
 */
final class SmallDisk implements AutoCloseable {

  private static final String MOUNTED = "mounted";
  private static final String MOUNT =
      "mount -t tmpfs -o size=\"$1\",mode=700 xfolds \"$0\" && echo %s && exec cat"
          .formatted(MOUNTED);

  /** As root, or as root of a user namespace. */
  private static final List<List<String>> WAYS =
      List.of(
          List.of("unshare", "--mount"),
          List.of("unshare", "--user", "--map-root-user", "--mount"));

  private static final int BLOCK = 1 << 16;

  /** No file system can be mounted here. */
  static final class UnavailableException extends Exception {

    private static final long serialVersionUID = 1;

    UnavailableException(String why) {
      super(why);
    }
  }

  private final Process holder;
  private final Path root;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.root =
        Path.of("/proc", Long.toString(holder.pid()), "root")
            .resolve(folder.toAbsolutePath().toString().substring(1));
  }

  /**
   * Mounts one over a folder.
   *
   * @throws UnavailableException if it may not: that takes Linux, and root or user namespaces for
   *     everybody
   */
  static SmallDisk mount(Path folder, long bytes) throws IOException, UnavailableException {
    String why = "";
    for (List<String> way : WAYS) {
      List<String> command = new ArrayList<>(way);
      command.addAll(List.of("sh", "-c", MOUNT, folder.toAbsolutePath().toString(), "" + bytes));
      Process holder;
      try {
        holder = new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        throw new UnavailableException(e.getMessage());
      }
      BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
      String line = said.readLine();
      if (MOUNTED.equals(line)) {
        return new SmallDisk(holder, folder);
      }
      why = String.valueOf(line);
      holder.destroyForcibly();
    }
    throw new UnavailableException(why);
  }

  /** Where it is, for every process of this user. */
  Path root() {
    return root;
  }

  /**
   * Fills it.
   *
   * @param room bytes that stay free
   */
  void fill(long room) throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out =
        Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (long left = left(room); left > 0; left = left(room)) {
        out.write(block, 0, (int) Math.min(left, BLOCK));
      }
    } catch (IOException e) {
      if (left(0) > BLOCK) { // else somebody else took the last bytes
        throw e;
      }
    }
  }

  private long left(long room) throws IOException {
    return Files.getFileStore(root).getUsableSpace() - room;
  }

  /** Makes room again. */
  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private Path ballast() {
    return root.resolve("ballast");
  }

  @Override
  public void close() {
    holder.destroyForcibly().onExit().join();
  }
}
