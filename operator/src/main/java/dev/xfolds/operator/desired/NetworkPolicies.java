package dev.xfolds.operator.desired;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.RunPlan;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who may talk to whom: everything that is not named here is denied, in both directions. Probes
 * come from the node, which policies do not bind.
 */
final class NetworkPolicies {
  private NetworkPolicies() {}

  static List<NetworkPolicy> of(RunPlan plan, ClusterSettings settings) {
    RunNames names = RunNames.of(plan);
    return plan.getEvaluationsCount() == 0
        ? List.of(trainer(plan, settings, names))
        : List.of(trainer(plan, settings, names), evaluator(settings, names));
  }

  private static NetworkPolicy trainer(RunPlan plan, ClusterSettings settings, RunNames names) {
    List<NetworkPolicyIngressRule> ingress = new ArrayList<>();
    List<NetworkPolicyEgressRule> egress = new ArrayList<>();
    ingress.add(from(operator(settings), ProcessContract.PROGRESS_PORT));
    // 5353 is the port of OpenShift's DNS pods, and policies are about pods, not about their
    // Service.
    egress.add(
        new NetworkPolicyEgressRuleBuilder()
            .withPorts(port("UDP", 53), port("TCP", 53), port("UDP", 5353), port("TCP", 5353))
            .build());
    if (plan.getEvaluationsCount() > 0) {
      egress.add(
          new NetworkPolicyEgressRuleBuilder()
              .withTo(pods(names, EVALUATOR))
              .withPorts(port("TCP", ProcessContract.BENCHMARK_PORT))
              .build());
    }
    if (plan.getParallelism().getWorkers() > 1) {
      NetworkPolicyPeer peers = pods(names, TRAINER);
      List<NetworkPolicyPort> ports =
          TrainerJob.peerPorts(plan).stream().map(number -> port("TCP", number)).toList();
      ingress.add(new NetworkPolicyIngressRuleBuilder().withFrom(peers).withPorts(ports).build());
      egress.add(new NetworkPolicyEgressRuleBuilder().withTo(peers).withPorts(ports).build());
    }
    return policy(names, TRAINER, ingress, egress);
  }

  private static NetworkPolicy evaluator(ClusterSettings settings, RunNames names) {
    return policy(
        names,
        EVALUATOR,
        List.of(
            from(pods(names, TRAINER), ProcessContract.BENCHMARK_PORT),
            from(operator(settings), ProcessContract.BENCHMARK_PORT)),
        List.of());
  }

  private static NetworkPolicy policy(
      RunNames names,
      String component,
      List<NetworkPolicyIngressRule> ingress,
      List<NetworkPolicyEgressRule> egress) {
    return new NetworkPolicyBuilder()
        .withMetadata(names.metadata(names.service(component), component).build())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(names.selector(component))
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .withIngress(ingress)
        .withEgress(egress)
        .endSpec()
        .build();
  }

  private static NetworkPolicyIngressRule from(NetworkPolicyPeer peer, int port) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(peer)
        .withPorts(port("TCP", port))
        .build();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPortBuilder()
        .withProtocol(protocol)
        .withPort(new IntOrString(number))
        .build();
  }

  private static NetworkPolicyPeer pods(RunNames names, String component) {
    return new NetworkPolicyPeerBuilder()
        .withNewPodSelector()
        .withMatchLabels(names.selector(component))
        .endPodSelector()
        .build();
  }

  private static NetworkPolicyPeer operator(ClusterSettings settings) {
    return new NetworkPolicyPeerBuilder()
        .withNewNamespaceSelector()
        .withMatchLabels(Map.of("kubernetes.io/metadata.name", settings.operatorNamespace()))
        .endNamespaceSelector()
        .withNewPodSelector()
        .withMatchLabels(Map.of("app.kubernetes.io/name", "xfolds-operator"))
        .endPodSelector()
        .build();
  }
}
