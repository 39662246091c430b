package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What every measurement is done with.
 *
 * @param client of an administrator
 * @param environment that bench/scale has set
 */
record Bench(KubernetesClient client, Sizes sizes, Map<String, String> environment) {
  static final String SYSTEM = "xfolds-system";
  static final String OPERATOR = "xfolds-operator";

  /** Where logs and written files are. */
  Path work() {
    return Path.of(value("SCALE_WORK"));
  }

  Path hosts() {
    return work().resolve("hosts");
  }

  /** Empty where the machine gave no group of processes with the pod's memory limit. */
  String group() {
    return value("SCALE_OPERATOR_GROUP");
  }

  List<String> operatorOptions() {
    return List.of(value("SCALE_OPERATOR_OPTIONS").strip().split(" +"));
  }

  String operatorJar() {
    return value("SCALE_OPERATOR_JAR");
  }

  String operatorKubeconfig() {
    return value("SCALE_OPERATOR_KUBECONFIG");
  }

  private String value(String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new ScaleException(name + " is not set: bench/scale sets it");
    }
    return value;
  }

  /** Tells whoever waits what is done now; the table is elsewhere. */
  static void say(String what) {
    System.err.println(what);
  }
}
