package dev.xfolds.operator.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.manifests.NetworkReach.End;
import dev.xfolds.operator.manifests.NetworkReach.Outside;
import dev.xfolds.operator.manifests.NetworkReach.PodEnd;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The runs' policies and the operator's, read as a network plugin reads them, over the pods that
 * exist: every pair, every port, in both directions, against the written matrix.
 */
final class WhoMayTalkToWhomIT {
  /** Our ports, those that a foothold would try, and one that nobody knows. */
  private static final List<String> PORTS =
      List.of(
          "UDP 53",
          "TCP 53",
          "UDP 5353",
          "TCP 5353",
          "TCP 22",
          "TCP 80",
          "TCP 443",
          "TCP 6443",
          "TCP 7443",
          "TCP 7444",
          "TCP 7445",
          "TCP 8080",
          "TCP 10250",
          "TCP 29500");

  /**
   * Who may open what; everything else is denied wherever one end is ours. Two runs, a and b, share
   * a namespace, and c is in another; b has two workers. {@code *} is every end that binds itself
   * with no policy: other pods, and addresses outside of the pod network.
   */
  private static final String MATRIX =
      """
      operator   -> *            UDP 53, TCP 53, UDP 5353, TCP 5353, TCP 443, TCP 6443
      operator   -> trainer a    TCP 7444
      operator   -> trainer b    TCP 7444
      operator   -> trainer c    TCP 7444
      operator   -> evaluator a  TCP 7443
      operator   -> evaluator b  TCP 7443
      operator   -> evaluator c  TCP 7443
      trainer a  -> evaluator a  TCP 7443
      trainer b  -> evaluator b  TCP 7443
      trainer c  -> evaluator c  TCP 7443
      trainer b  -> trainer b    TCP 7445
      trainer a  -> *            UDP 53, TCP 53, UDP 5353, TCP 5353
      trainer b  -> *            UDP 53, TCP 53, UDP 5353, TCP 5353
      trainer c  -> *            UDP 53, TCP 53, UDP 5353, TCP 5353
      monitoring -> operator     TCP 8080
      """;

  private static final Set<String> OURS =
      Set.of(
          "operator",
          "trainer a",
          "trainer b",
          "trainer c",
          "evaluator a",
          "evaluator b",
          "evaluator c");

  @ParameterizedTest
  @CsvSource({
    "overlays/openshift, openshift-user-workload-monitoring",
    "overlays/kubernetes, monitoring",
    "overlays/dev, monitoring"
  })
  void policiesSayWhatTheMatrixSays(String overlay, String monitoring) {
    Map<String, End> ends = new LinkedHashMap<>();
    List<NetworkPolicy> policies = new ArrayList<>();
    List<HasMetadata> installed = Manifests.render(Kubectl.orSkip(), overlay);
    policies.addAll(Manifests.all(installed, NetworkPolicy.class));
    PodTemplateSpec operator = Manifests.only(installed, Deployment.class).getSpec().getTemplate();
    ends.put("operator", end(Manifests.NAMESPACE, operator));
    addRun(run("team-1", "a", 1), "a", ends, policies);
    addRun(run("team-1", "b", 2), "b", ends, policies);
    addRun(run("team-2", "c", 1), "c", ends, policies);
    ends.put("monitoring", stranger(monitoring, "app.kubernetes.io/name", "prometheus"));
    ends.put("dns", stranger("kube-system", "k8s-app", "kube-dns"));
    ends.put("neighbour", stranger("team-1", "app", "notebook"));
    ends.put("foreigner", stranger("team-3", "app", "notebook"));
    ends.put("namesake", stranger("team-3", "app.kubernetes.io/name", Manifests.OPERATOR));
    ends.put("housemate", stranger(Manifests.NAMESPACE, "app", "something"));
    ends.put("outside", new Outside());

    NetworkReach reach = new NetworkReach(policies, Map.of());
    Set<String> allowed = new TreeSet<>();
    ends.forEach(
        (from, sender) ->
            ends.forEach(
                (to, receiver) -> {
                  if (OURS.contains(from) || OURS.contains(to)) {
                    for (String port : PORTS) {
                      String[] words = port.split(" ", -1);
                      if (reach.allows(sender, receiver, words[0], Integer.parseInt(words[1]))) {
                        allowed.add("%s -> %s %s".formatted(from, to, port));
                      }
                    }
                  }
                }));
    assertThat(allowed).isEqualTo(written(ends.keySet()));
  }

  private static Set<String> written(Set<String> ends) {
    Set<String> lines = new TreeSet<>();
    for (String line : MATRIX.lines().toList()) {
      String[] parts = line.strip().split(" +-> +| {2,}", -1);
      for (String to : parts[1].equals("*") ? ends : Set.of(parts[1])) {
        if (!parts[1].equals("*") || !OURS.contains(to)) {
          for (String port : parts[2].split(", ", -1)) {
            lines.add("%s -> %s %s".formatted(parts[0], to, port));
          }
        }
      }
    }
    return lines;
  }

  private static RunPlan run(String namespace, String name, int workers) {
    RunPlan.Builder plan = Plans.phantom(name).toBuilder().setNamespace(namespace);
    plan.getParallelismBuilder().setWorkers(workers);
    return plan.build();
  }

  private static void addRun(
      RunPlan plan, String name, Map<String, End> ends, List<NetworkPolicy> policies) {
    RunObjects objects = RunPods.objects(plan);
    policies.addAll(objects.policies());
    Pod evaluator = objects.evaluator().orElseThrow();
    ends.put("trainer " + name, end(plan.getNamespace(), RunPods.trainer(plan)));
    ends.put(
        "evaluator " + name,
        PodEnd.of(plan.getNamespace(), evaluator.getMetadata().getLabels(), evaluator.getSpec()));
  }

  private static PodEnd end(String namespace, PodTemplateSpec template) {
    return PodEnd.of(namespace, template.getMetadata().getLabels(), template.getSpec());
  }

  private static PodEnd stranger(String namespace, String label, String value) {
    return new PodEnd(namespace, Map.of(label, value), List.of());
  }
}
