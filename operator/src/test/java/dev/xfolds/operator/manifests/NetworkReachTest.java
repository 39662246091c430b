package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.operator.manifests.NetworkReach.End;
import dev.xfolds.operator.manifests.NetworkReach.Outside;
import dev.xfolds.operator.manifests.NetworkReach.PodEnd;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The meaning of policies, case by case, as the API reference words it. */
final class NetworkReachTest {
  private static final List<ContainerPort> WEB =
      List.of(new ContainerPortBuilder().withName("web").withContainerPort(8080).build());
  private static final PodEnd CLIENT = new PodEnd("here", Map.of("app", "client"), List.of());
  private static final PodEnd SERVER = new PodEnd("here", Map.of("app", "server"), WEB);
  private static final PodEnd FOREIGN_CLIENT =
      new PodEnd("there", Map.of("app", "client"), List.of());
  private static final Map<String, Map<String, String>> NAMESPACES =
      Map.of("here", Map.of("team", "a"), "there", Map.of("team", "b"));

  private static boolean allows(End from, End to, int port, String... specs) {
    List<NetworkPolicy> policies =
        List.of(specs).stream()
            .map(
                spec ->
                    Manifests.parse(
                            """
                            apiVersion: networking.k8s.io/v1
                            kind: NetworkPolicy
                            metadata: {name: policy, namespace: here}
                            spec: %s
                            """
                                .formatted(spec))
                        .getFirst())
            .map(NetworkPolicy.class::cast)
            .toList();
    return new NetworkReach(policies, NAMESPACES).allows(from, to, "TCP", port);
  }

  @Test
  void withoutPoliciesEverythingIsOpen() {
    assertThat(allows(FOREIGN_CLIENT, SERVER, 8080)).isTrue();
    assertThat(allows(SERVER, new Outside(), 443)).isTrue();
  }

  @Test
  void policyOfOtherPodsBindsNobodyElse() {
    String others = "{podSelector: {matchLabels: {app: other}}, policyTypes: [Ingress, Egress]}";
    assertThat(allows(CLIENT, SERVER, 8080, others)).isTrue();
  }

  @Test
  void policyWithoutRulesDeniesItsDirectionsOnly() {
    String noIngress = "{podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress]}";
    assertThat(allows(CLIENT, SERVER, 8080, noIngress)).isFalse();
    assertThat(allows(SERVER, CLIENT, 8080, noIngress)).isTrue();
  }

  @Test
  void withoutTypesEgressIsBoundOnlyWhereItHasRules() {
    String ingressOnly = "{podSelector: {}, ingress: [{}]}";
    assertThat(allows(CLIENT, new Outside(), 443, ingressOnly)).isTrue();
    String both = "{podSelector: {}, ingress: [{}], egress: [{ports: [{port: 53}]}]}";
    assertThat(allows(CLIENT, new Outside(), 443, both)).isFalse();
    assertThat(allows(CLIENT, new Outside(), 53, both)).isTrue();
  }

  @Test
  void bothDirectionsMustAllow() {
    String in =
        "{podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress], ingress: [{}]}";
    String out = "{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}";
    assertThat(allows(CLIENT, SERVER, 8080, in)).isTrue();
    assertThat(allows(CLIENT, SERVER, 8080, in, out)).isFalse();
  }

  @Test
  void policiesAddUp() {
    String first = ingress("{from: [{podSelector: {matchLabels: {app: nobody}}}]}");
    String second = ingress("{from: [{podSelector: {matchLabels: {app: client}}}]}");
    assertThat(allows(CLIENT, SERVER, 8080, first)).isFalse();
    assertThat(allows(CLIENT, SERVER, 8080, first, second)).isTrue();
  }

  @Test
  void podSelectorAloneMeansThePolicysNamespace() {
    String client = ingress("{from: [{podSelector: {matchLabels: {app: client}}}]}");
    assertThat(allows(CLIENT, SERVER, 8080, client)).isTrue();
    assertThat(allows(FOREIGN_CLIENT, SERVER, 8080, client)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{namespaceSelector: {}}                                                              | true",
        "{namespaceSelector: {matchLabels: {team: b}}}                                        | true",
        "{namespaceSelector: {matchLabels: {team: a}}}                                        | false",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: there}}}             | true",
        "{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels: {app: x}}}  | false",
        "{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}} | true",
        "{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [b]}]}} | false",
        "{namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}}             | true",
        "{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}       | false",
      })
  void peerOfAnotherNamespace(String peer, boolean allowed) {
    assertThat(allows(FOREIGN_CLIENT, SERVER, 8080, ingress("{from: [" + peer + "]}")))
        .isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{port: 8080}                 | 8080 | true",
        "{port: 8080}                 | 8081 | false",
        "{port: web}                  | 8080 | true",
        "{port: web}                  | 8081 | false",
        "{port: other}                | 8080 | false",
        "{port: 8000, endPort: 8080}  | 8080 | true",
        "{port: 8000, endPort: 8079}  | 8080 | false",
        "{protocol: UDP, port: 8080}  | 8080 | false",
        "{protocol: TCP}              | 9999 | true",
      })
  void portsAreNumbersNamesAndRanges(String port, int number, boolean allowed) {
    assertThat(allows(CLIENT, SERVER, number, ingress("{ports: [" + port + "]}")))
        .isEqualTo(allowed);
  }

  @Test
  void namedPortOfEgressIsTheReceivers() {
    String web =
        "{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{ports: [{port: web}]}]}";
    assertThat(allows(CLIENT, SERVER, 8080, web)).isTrue();
    assertThat(allows(CLIENT, FOREIGN_CLIENT, 8080, web)).isFalse();
  }

  @Test
  void addressOutsideMatchesNoSelector() {
    assertThat(allows(new Outside(), SERVER, 8080, ingress("{from: [{namespaceSelector: {}}]}")))
        .isFalse();
    assertThat(allows(new Outside(), SERVER, 8080, ingress("{}"))).isTrue();
  }

  @Test
  void addressBlocksAreRefusedRatherThanGuessed() {
    String block = ingress("{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}");
    assertThatThrownBy(() -> allows(CLIENT, SERVER, 8080, block))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String ingress(String rule) {
    return "{podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress], ingress: [%s]}"
        .formatted(rule);
  }
}
