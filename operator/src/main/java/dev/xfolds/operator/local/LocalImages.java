package dev.xfolds.operator.local;

import java.util.List;

/** What stands for container images on this machine. */
public interface LocalImages {
  /**
   * The command that starts an image's process, without the container's arguments.
   *
   * @param command of the container, as in {@code /opt/xfolds/bin/trainer}
   * @param memoryBytes limit of the container
   * @throws LocalException if the image is not built
   */
  List<String> command(String image, List<String> command, long memoryBytes);
}
