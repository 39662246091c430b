package dev.xfolds.operator.local;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that stand for the ports of a pod's containers.
 *
 * @param ports by container port
 * @param names container port by its name
 */
record PortMap(Map<Integer, Integer> ports, Map<String, Integer> names) {
  PortMap {
    ports = Map.copyOf(ports);
    names = Map.copyOf(names);
  }

  /** Below those that Linux gives to clients (from 32,768), so that no connection takes one. */
  private static final int FIRST_PORT = 20_000;

  private static final int LAST_PORT = 32_000;

  /** Takes free ports, from a random one on. */
  static PortMap allocate(PodSpec pod) throws IOException {
    return allocate(pod, 1).getFirst();
  }

  /** The same for so many pods, none of which has a port of another. */
  static List<PortMap> allocate(PodSpec pod, int pods) throws IOException {
    List<PortMap> all = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < pods; i++) {
        all.add(allocate(pod, held));
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return all;
  }

  private static PortMap allocate(PodSpec pod, List<ServerSocket> held) throws IOException {
    Map<Integer, Integer> ports = new TreeMap<>();
    Map<String, Integer> names = new TreeMap<>();
    for (var container : pod.getContainers()) {
      for (ContainerPort port : container.getPorts()) {
        ServerSocket socket = free();
        held.add(socket);
        ports.put(port.getContainerPort(), socket.getLocalPort());
        names.put(port.getName(), port.getContainerPort());
      }
    }
    return new PortMap(ports, names);
  }

  private static ServerSocket free() throws IOException {
    BindException last = null;
    int start = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT - 1_000);
    for (int port = start; port <= LAST_PORT; port++) {
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (BindException taken) {
        last = taken;
      }
    }
    throw new IOException("no free port from %d to %d".formatted(start, LAST_PORT), last);
  }

  int of(int containerPort) {
    return ports.get(containerPort);
  }

  int of(String name) {
    return ports.get(names.get(name));
  }

  /** {@code --some-port=7443} with the port of this machine; other arguments unchanged. */
  String rewrite(String argument) {
    int equals = argument.indexOf('=');
    if (equals < 0 || !argument.substring(0, equals).endsWith("port")) {
      return argument;
    }
    String value = argument.substring(equals + 1);
    for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
      if (value.equals(port.getKey().toString())) {
        return argument.substring(0, equals + 1) + port.getValue();
      }
    }
    return argument;
  }
}
