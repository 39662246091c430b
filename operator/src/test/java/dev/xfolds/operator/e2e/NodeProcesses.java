package dev.xfolds.operator.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of a pod on a node that shares this machine's /proc. Nothing inside a container can
 * send SIGKILL to its first process, so it has to come from here.
 */
final class NodeProcesses {
  /** The process that holds a pod's namespaces; it has no work of its own. */
  private static final String SANDBOX = "pause";

  private NodeProcesses() {}

  /**
   * Sends SIGKILL to the pod's process; skips the test where the node's processes cannot be seen.
   */
  static void kill(Pod pod) {
    of(pod).forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Numeric users of the pod's process; skips the test where the node's processes cannot be seen.
   */
  static List<Long> users(Pod pod) {
    return of(pod).stream().map(NodeProcesses::user).toList();
  }

  /** Lines of the passwd file that the pod's processes see, for the users that they have. */
  static List<String> accounts(Pod pod) {
    return of(pod).stream().flatMap(NodeProcesses::account).toList();
  }

  private static Stream<String> account(ProcessHandle process) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "root", "etc", "passwd");
    String user = ":" + user(process) + ":";
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> line.contains(user))
          : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ProcessHandle> of(Pod pod) {
    List<ProcessHandle> found =
        ProcessHandle.allProcesses().filter(process -> belongs(process, pod)).toList();
    if (found.isEmpty() && LabCluster.here().isPresent()) {
      throw new IllegalStateException(
          "pod %s has no process (any more)".formatted(pod.getMetadata().getName()));
    }
    if (found.isEmpty()) {
      RealCluster.skip(
          "the processes of pod %s cannot be seen from here"
              .formatted(pod.getMetadata().getName()));
    }
    return found;
  }

  private static long user(ProcessHandle process) {
    try {
      return (int) Files.getAttribute(Path.of("/proc", Long.toString(process.pid())), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean belongs(ProcessHandle process, Pod pod) {
    Path folder = Path.of("/proc", Long.toString(process.pid()));
    try {
      String groups = Files.readString(folder.resolve("cgroup"), StandardCharsets.UTF_8);
      String name = Files.readString(folder.resolve("comm"), StandardCharsets.UTF_8).strip();
      return groups.contains(pod.getMetadata().getUid()) && !name.equals(SANDBOX);
    } catch (IOException e) {
      return false; // it has ended meanwhile, or is not ours to see
    }
  }
}
