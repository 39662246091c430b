package dev.xfolds.operator.local;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /**
   * Takes free ports. Somebody else may take one before the pod's process does: then that ends, and
   * is tried with others.
   */
  static PortMap allocate(PodSpec pod) throws IOException {
    Map<Integer, Integer> ports = new TreeMap<>();
    Map<String, Integer> names = new TreeMap<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (var container : pod.getContainers()) {
        for (ContainerPort port : container.getPorts()) {
          ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          held.add(socket);
          ports.put(port.getContainerPort(), socket.getLocalPort());
          names.put(port.getName(), port.getContainerPort());
        }
      }
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
    return new PortMap(ports, names);
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
