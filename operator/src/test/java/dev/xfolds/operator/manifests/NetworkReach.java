package dev.xfolds.operator.manifests;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What a cluster's network plugin makes of NetworkPolicies. A connection needs its sender's egress
 * and its receiver's ingress; a pod that no policy selects in a direction is open in it. Source:
 * the API reference of networking.k8s.io/v1. Not read: ipBlock, which we do not use.
 *
 * @param namespaceLabels labels of every namespace, by name; {@code kubernetes.io/metadata.name} is
 *     added as the API server adds it
 */
record NetworkReach(
    List<NetworkPolicy> policies, Map<String, Map<String, String>> namespaceLabels) {
  NetworkReach {
    policies = List.copyOf(policies);
    namespaceLabels = Map.copyOf(namespaceLabels);
  }

  /** One end of a connection. */
  sealed interface End {}

  /** A pod, with the ports that its containers name. */
  record PodEnd(String namespace, Map<String, String> labels, List<ContainerPort> ports)
      implements End {
    static PodEnd of(String namespace, Map<String, String> labels, PodSpec spec) {
      return new PodEnd(
          namespace,
          labels,
          spec.getContainers().stream().flatMap(one -> one.getPorts().stream()).toList());
    }
  }

  /** An address that is no pod of the pod network: a node, the API server, the world. */
  record Outside() implements End {}

  /** Whether a connection can be opened. */
  boolean allows(End from, End to, String protocol, int port) {
    return leaves(from, to, protocol, port) && enters(from, to, protocol, port);
  }

  private boolean leaves(End from, End to, String protocol, int port) {
    List<NetworkPolicy> binding = binding(from, "Egress");
    return binding.isEmpty()
        || binding.stream()
            .anyMatch(
                policy ->
                    policy.getSpec().getEgress().stream()
                        .anyMatch(
                            rule ->
                                matches(rule.getTo(), policy, to)
                                    && opens(rule.getPorts(), to, protocol, port)));
  }

  private boolean enters(End from, End to, String protocol, int port) {
    List<NetworkPolicy> binding = binding(to, "Ingress");
    return binding.isEmpty()
        || binding.stream()
            .anyMatch(
                policy ->
                    policy.getSpec().getIngress().stream()
                        .anyMatch(
                            rule ->
                                matches(rule.getFrom(), policy, from)
                                    && opens(rule.getPorts(), to, protocol, port)));
  }

  /** Policies that select an end in a direction. */
  private List<NetworkPolicy> binding(End end, String direction) {
    return switch (end) {
      case Outside() -> List.of();
      case PodEnd(String namespace, Map<String, String> labels, List<ContainerPort> _) ->
          policies.stream()
              .filter(policy -> namespace.equals(policy.getMetadata().getNamespace()))
              .filter(policy -> selects(policy.getSpec().getPodSelector(), labels))
              .filter(policy -> directions(policy).contains(direction))
              .toList();
    };
  }

  private static List<String> directions(NetworkPolicy policy) {
    List<String> given = policy.getSpec().getPolicyTypes();
    if (given != null && !given.isEmpty()) {
      return given;
    }
    return policy.getSpec().getEgress().isEmpty()
        ? List.of("Ingress")
        : List.of("Ingress", "Egress");
  }

  private boolean matches(List<NetworkPolicyPeer> peers, NetworkPolicy policy, End end) {
    return peers == null
        || peers.isEmpty()
        || peers.stream().anyMatch(peer -> matches(peer, policy, end));
  }

  private boolean matches(NetworkPolicyPeer peer, NetworkPolicy policy, End end) {
    if (peer.getIpBlock() != null) {
      throw new IllegalArgumentException(
          "ipBlock is not interpreted: " + policy.getMetadata().getName());
    }
    return switch (end) {
      case Outside() -> false;
      case PodEnd(String namespace, Map<String, String> labels, List<ContainerPort> _) -> {
        boolean sameNamespace = namespace.equals(policy.getMetadata().getNamespace());
        boolean inNamespace =
            peer.getNamespaceSelector() == null
                ? sameNamespace
                : selects(peer.getNamespaceSelector(), labelsOf(namespace));
        yield inNamespace
            && (peer.getPodSelector() == null || selects(peer.getPodSelector(), labels));
      }
    };
  }

  private Map<String, String> labelsOf(String namespace) {
    Map<String, String> labels = new HashMap<>(namespaceLabels.getOrDefault(namespace, Map.of()));
    labels.put("kubernetes.io/metadata.name", namespace);
    return labels;
  }

  private static boolean opens(
      List<NetworkPolicyPort> ports, End receiver, String protocol, int number) {
    return ports == null
        || ports.isEmpty()
        || ports.stream().anyMatch(port -> opens(port, receiver, protocol, number));
  }

  private static boolean opens(NetworkPolicyPort port, End receiver, String protocol, int number) {
    if (!protocol.equals(Objects.requireNonNullElse(port.getProtocol(), "TCP"))) {
      return false;
    }
    IntOrString wanted = port.getPort();
    if (wanted == null) {
      return true;
    }
    if (wanted.getStrVal() != null) {
      return receiver instanceof PodEnd pod
          && pod.ports().stream()
              .anyMatch(
                  named ->
                      wanted.getStrVal().equals(named.getName())
                          && named.getContainerPort() == number
                          && protocol.equals(
                              Objects.requireNonNullElse(named.getProtocol(), "TCP")));
    }
    int last = Objects.requireNonNullElse(port.getEndPort(), wanted.getIntVal());
    return wanted.getIntVal() <= number && number <= last;
  }

  /** An empty selector selects everything. */
  private static boolean selects(LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return true;
    }
    Map<String, String> wanted = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
    return labels.entrySet().containsAll(wanted.entrySet())
        && selector.getMatchExpressions().stream()
            .map(NetworkReach::matching)
            .allMatch(expression -> expression.test(labels));
  }

  private static Predicate<Map<String, String>> matching(LabelSelectorRequirement one) {
    String key = one.getKey();
    return switch (one.getOperator()) {
      case "In" -> labels -> labels.containsKey(key) && one.getValues().contains(labels.get(key));
      case "NotIn" ->
          labels -> !labels.containsKey(key) || !one.getValues().contains(labels.get(key));
      case "Exists" -> labels -> labels.containsKey(key);
      case "DoesNotExist" -> labels -> !labels.containsKey(key);
      default -> throw new IllegalArgumentException("operator " + one.getOperator());
    };
  }
}
