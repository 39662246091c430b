package dev.xfolds.operator.e2e;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.junit.jupiter.api.Assumptions;

/**
 * The cluster of KUBECONFIG with an operator in it; tests are skipped, with a line, without one.
 */
final class RealCluster {
  static final String SYSTEM = "xfolds-system";
  static final String OPERATOR = "xfolds-operator";

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private RealCluster() {}

  static KubernetesClient orSkip() {
    if (System.getenv("KUBECONFIG") == null) {
      skip("KUBECONFIG names no cluster");
    }
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config()).build();
    if (client.apps().deployments().inNamespace(SYSTEM).withName(OPERATOR).get() == null) {
      client.close();
      skip("no deployment %s/%s in the cluster of KUBECONFIG".formatted(SYSTEM, OPERATOR));
    }
    return client;
  }

  /** The client takes a key for RSA unless it is told. */
  static Config config() {
    Config config = Config.autoConfigure(null);
    if (config.getClientKeyData() != null) {
      byte[] pem = Base64.getDecoder().decode(config.getClientKeyData());
      config.setClientKeyAlgo(
          isElliptic(new String(pem, StandardCharsets.US_ASCII)) ? "EC" : "RSA");
    }
    return config;
  }

  private static boolean isElliptic(String pem) {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      return parser.readObject() instanceof PrivateKeyInfo key
          && key.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Pod> operators(KubernetesClient client) {
    return client
        .pods()
        .inNamespace(SYSTEM)
        .withLabel("app.kubernetes.io/name", OPERATOR)
        .list()
        .getItems();
  }

  /** Name of the pod that leads; empty if none does. */
  static String leader(KubernetesClient client) {
    return client
        .leases()
        .inNamespace(SYSTEM)
        .withName(OPERATOR)
        .get()
        .getSpec()
        .getHolderIdentity();
  }

  /** How many pods of it are wanted. */
  static int replicas(KubernetesClient client) {
    return client
        .apps()
        .deployments()
        .inNamespace(SYSTEM)
        .withName(OPERATOR)
        .get()
        .getSpec()
        .getReplicas();
  }

  static void scaleOperator(KubernetesClient client, int replicas) {
    client.apps().deployments().inNamespace(SYSTEM).withName(OPERATOR).scale(replicas);
  }

  /** What the operators that start from now on read. */
  static Map<String, String> settings(KubernetesClient client) {
    return client.configMaps().inNamespace(SYSTEM).withName(OPERATOR).get().getData();
  }

  static void configure(KubernetesClient client, Map<String, String> settings) {
    client
        .configMaps()
        .inNamespace(SYSTEM)
        .withName(OPERATOR)
        .edit(
            one -> {
              one.setData(settings);
              return one;
            });
  }

  static void restartOperator(KubernetesClient client) {
    List<String> before = operators(client).stream().map(RunSpace::name).toList();
    client.pods().inNamespace(SYSTEM).withLabel("app.kubernetes.io/name", OPERATOR).delete();
    await("the operator has started again")
        .atMost(RunSpace.SOON)
        .until(
            () -> {
              List<Pod> now = operators(client);
              return !now.isEmpty()
                  && now.stream()
                      .allMatch(
                          pod ->
                              !before.contains(RunSpace.name(pod))
                                  && client.resource(pod).isReady());
            });
  }

  /** Says so once for all tests that it is true of. */
  static void skip(String why) {
    if (SAID.add(why)) {
      System.out.println("skipped: " + why);
    }
    Assumptions.abort(why);
  }
}
