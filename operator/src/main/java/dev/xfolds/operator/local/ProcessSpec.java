package dev.xfolds.operator.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A pod with one container, as a process of this machine.
 *
 * @param command with arguments, every path and port of this machine
 * @param environment all of it: nothing else is inherited
 * @param grace between SIGTERM and SIGKILL
 */
record ProcessSpec(List<String> command, Map<String, String> environment, Duration grace) {
  /**
   * What a process of this machine cannot do without; XFOLDS_DATA is not among it: a trainer must
   * not know that folder.
   */
  private static final List<String> INHERITED =
      List.of(
          "PATH",
          "HOME",
          "USER",
          "LANG",
          "LC_ALL",
          "TZ",
          "TMPDIR",
          "LD_LIBRARY_PATH",
          "DJL_CACHE_DIR",
          "ENGINE_CACHE_DIR");

  private static final long DEFAULT_GRACE_SECONDS = 30;

  ProcessSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * Translates a pod.
   *
   * @param services loopback address by {@code service:port}
   * @param inherited environment of this process
   * @param added to the container's environment, as Kubernetes adds to it: the rank, and what the
   *     container takes from the fields of its pod
   */
  static ProcessSpec of(
      PodSpec pod,
      Sandbox sandbox,
      PortMap ports,
      Map<String, String> services,
      LocalImages images,
      Map<String, String> inherited,
      Map<String, String> added) {
    if (pod.getContainers().size() != 1) {
      throw new IllegalArgumentException(
          "a pod must have one container, had " + pod.getContainers().size());
    }
    Container container = pod.getContainers().getFirst();
    Quantity memory = container.getResources().getLimits().get("memory");
    List<String> command =
        new ArrayList<>(
            images.command(
                container.getImage(),
                container.getCommand(),
                Quantity.getAmountInBytes(memory).longValueExact()));
    Map<String, String> environment = new TreeMap<>();
    for (String name : INHERITED) {
      if (inherited.containsKey(name)) {
        environment.put(name, inherited.get(name));
      }
    }
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValueFrom() == null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    environment.putAll(added);
    for (String argument : container.getArgs()) {
      String given = expand(argument, environment);
      command.add(sandbox.rewrite(ports.rewrite(resolve(given, services))));
    }
    Long grace = pod.getTerminationGracePeriodSeconds();
    return new ProcessSpec(
        command,
        environment,
        Duration.ofSeconds(grace == null || grace <= 0 ? DEFAULT_GRACE_SECONDS : grace));
  }

  /** As the kubelet does: {@code $(NAME)} is the value of a variable. */
  private static String expand(String argument, Map<String, String> environment) {
    String expanded = argument;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
    }
    return expanded;
  }

  private static String resolve(String argument, Map<String, String> services) {
    int equals = argument.indexOf('=');
    List<String> addresses =
        Arrays.stream(argument.substring(equals + 1).split(",", -1)).map(services::get).toList();
    return addresses.stream().anyMatch(Objects::isNull)
        ? argument
        : argument.substring(0, equals + 1) + String.join(",", addresses);
  }
}
