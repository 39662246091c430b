package dev.xfolds.operator.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the operator's process is started: as in its image, in its pod, but by Quarkus' own jar and
 * without the image's archive of classes.
 */
final class OperatorCommand {
  private OperatorCommand() {}

  /**
   * The command line.
   *
   * @param name of the pod
   */
  static List<String> of(Bench bench, PodSettings pod, String name) {
    List<String> command = new ArrayList<>(inGroup(bench, pod, name));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As images/ImageLayout has it. Without a group the JVM is told what it would see for itself.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(bench.operatorOptions());
    command.addAll(
        bench.group().isEmpty()
            ? List.of("-Xmx" + pod.memoryBytes() / 2, "-XX:+UseSerialGC")
            : List.of("-XX:MaxRAMPercentage=50"));
    command.addAll(
        List.of(
            "-Duser.home=/tmp",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-Djdk.net.hosts.file=" + bench.hosts(),
            "-jar",
            bench.operatorJar()));
    return command;
  }

  /** A group of processes with the pod's memory limit. */
  private static List<String> inGroup(Bench bench, PodSettings pod, String name) {
    if (bench.group().isEmpty()) {
      return List.of();
    }
    Path group = Path.of(bench.group(), name);
    try {
      Files.createDirectories(group);
      Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(pod.memoryBytes()));
    } catch (IOException e) {
      throw new ScaleException("no group of processes " + group, e);
    }
    return List.of("sh", "-ec", "echo $$ >\"$0\"/cgroup.procs; exec \"$@\"", group.toString());
  }
}
