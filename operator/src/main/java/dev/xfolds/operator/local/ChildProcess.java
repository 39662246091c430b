package dev.xfolds.operator.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A started process: its output goes to a log, and a file beside it says which process it is, so
 * that the next start of xfolds can end what a killed one left behind.
 */
final class ChildProcess {
  /**
   * Ctrl-C reaches every process of the terminal. Children ignore it, because the runner stops them
   * in order: first those that write checkpoints. A JVM leaves an ignored SIGINT ignored.
   */
  private static final List<String> DEAF_TO_TERMINAL =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"");

  private static final String PID_FILE = "pid";
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Process process;
  private final Path pidFile;
  private final Duration grace;

  private ChildProcess(Process process, Path pidFile, Duration grace) {
    this.process = process;
    this.pidFile = pidFile;
    this.grace = grace;
  }

  /**
   * Starts a process in a pod's folder.
   *
   * @param log is appended to
   */
  static ChildProcess start(ProcessSpec spec, Path folder, Path log) throws IOException {
    Files.createDirectories(log.getParent());
    List<String> command = new ArrayList<>(DEAF_TO_TERMINAL);
    command.addAll(spec.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().putAll(spec.environment());
    Process process = builder.start();
    Path pidFile = folder.resolve(PID_FILE);
    Path fresh = folder.resolve(PID_FILE + ".new");
    Files.writeString(fresh, process.pid() + " " + startedAt(process.toHandle()) + "\n");
    Files.move(fresh, pidFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new ChildProcess(process, pidFile, spec.grace());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Empty while it runs; 128 + signal after a signal. */
  OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  void onExit(Runnable action) {
    Thread.ofVirtual()
        .start(
            () -> {
              process.onExit().join();
              action.run();
            });
  }

  /** SIGTERM, then SIGKILL after the grace period; returns when the process has ended. */
  int terminate() {
    ask();
    return end(grace);
  }

  /** SIGTERM; nobody waits. */
  void ask() {
    process.destroy();
  }

  /** Waits until it has ended by itself, at most so long; whether it has. */
  boolean endsWithin(Duration atMost) {
    try {
      return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** Between SIGTERM and SIGKILL. */
  Duration grace() {
    return grace;
  }

  /** Waits for the end, with SIGKILL after so long; returns when the process has ended. */
  int end(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return process.onExit().join().exitValue();
    } finally {
      forget();
    }
  }

  /** The process has ended and nothing must look for it. */
  void forget() {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      // The next start compares the start time, so a file that stays names no living process.
      System.Logger log = System.getLogger(ChildProcess.class.getName());
      log.log(System.Logger.Level.DEBUG, "pid file stays", e);
    }
  }

  /**
   * Ends the process that an earlier xfolds left in a pod's folder, if it still runs.
   *
   * @return its pid if there was one
   */
  static Optional<Long> endStale(Path folder, Duration grace) throws IOException {
    Path file = folder.resolve(PID_FILE);
    String[] words;
    try {
      words = Files.readString(file).strip().split(" ", 2);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Optional<ProcessHandle> stale =
        words.length == 2 && words[0].matches("[0-9]{1,10}")
            ? ProcessHandle.of(Long.parseLong(words[0]))
                .filter(handle -> startedAt(handle).equals(words[1]))
            : Optional.empty();
    if (stale.isPresent()) {
      end(stale.get(), grace);
    }
    Files.deleteIfExists(file);
    return stale.map(ProcessHandle::pid);
  }

  private static void end(ProcessHandle handle, Duration grace) {
    handle.destroy();
    if (!ended(handle, grace)) {
      handle.destroyForcibly();
      ended(handle, grace);
    }
  }

  private static boolean ended(ProcessHandle handle, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (runs(handle)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return true;
  }

  /**
   * Where nobody collects orphans, as in a container whose first process is no init, an ended one
   * stays in the table for ever and counts as alive, but has no program any more.
   */
  private static boolean runs(ProcessHandle handle) {
    return handle.isAlive() && handle.info().command().isPresent();
  }

  private static String startedAt(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toString).orElse("unknown");
  }
}
