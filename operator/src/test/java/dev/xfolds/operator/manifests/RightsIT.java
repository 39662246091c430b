package dev.xfolds.operator.manifests;

import static dev.xfolds.operator.manifests.Manifests.NAMESPACE;
import static dev.xfolds.operator.manifests.Manifests.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may do what. A right that this list does not justify is a failure, and so is a missing one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // renders each folder once
final class RightsIT {

  /**
   * A right and what needs it.
   *
   * @param usedBy package and activity that sends such a request
   */
  private record Right(String resource, String verb, String usedBy) {
    String pair() {
      return verb + " " + resource;
    }
  }

  /** In every namespace, or in those of the users for Secrets. */
  private static final List<Right> EVERYWHERE =
      List.of(
          new Right("trainingruns.xfolds.dev", "list", "reconcile: the informer's start"),
          new Right("trainingruns.xfolds.dev", "watch", "reconcile: the informer"),
          new Right(
              "trainingruns/status.xfolds.dev", "patch", "reconcile: one status write per pass"),
          new Right(
              "trainingruns/finalizers.xfolds.dev",
              "update",
              "desired: blockOwnerDeletion in owner references; OpenShift's admission asks for it"),
          new Right("jobs.batch", "get", "reconcile: Fabric8 reads what it patches"),
          new Right("jobs.batch", "list", "reconcile: the informer's start"),
          new Right("jobs.batch", "watch", "reconcile: the informer"),
          new Right("jobs.batch", "create", "reconcile: a new attempt's Job"),
          new Right("jobs.batch", "patch", "reconcile: suspend and resume, one field"),
          new Right(
              "jobs/status.batch", "patch", "reconcile: resume, the start of a suspended Job"),
          new Right("jobs.batch", "delete", "reconcile: a Job that a new attempt replaces"),
          new Right("pods", "list", "reconcile: the informer's start"),
          new Right("pods", "watch", "reconcile: the informer"),
          new Right("pods", "get", "reconcile: Fabric8 reads what it patches"),
          new Right("pods", "patch", "reconcile: the attempt of a pod that a queue admitted"),
          new Right("workloads.kueue.x-k8s.io", "get", "reconcile: Fabric8 reads what it patches"),
          new Right("workloads.kueue.x-k8s.io", "list", "reconcile: the informer's start"),
          new Right("workloads.kueue.x-k8s.io", "watch", "reconcile: the informer"),
          new Right("workloads.kueue.x-k8s.io", "patch", "reconcile: spec.active, stop and go on"),
          new Right("pods", "create", "reconcile: the evaluator"),
          new Right("pods", "delete", "reconcile: the evaluator of a run that waits or is done"),
          new Right("configmaps", "get", "reconcile: the plan of a run in flight"),
          new Right("configmaps", "create", "reconcile: the plan"),
          new Right("configmaps", "patch", "reconcile: looks whose it is before it deletes it"),
          new Right("configmaps", "delete", "reconcile: spec.ttlSecondsAfterFinished"),
          new Right("services", "delete", "reconcile: spec.ttlSecondsAfterFinished"),
          new Right(
              "networkpolicies.networking.k8s.io",
              "delete",
              "reconcile: spec.ttlSecondsAfterFinished"),
          new Right("secrets", "delete", "reconcile: spec.ttlSecondsAfterFinished"),
          new Right("services", "create", "reconcile: trainer's and evaluator's Service"),
          new Right("services", "patch", "reconcile: upkeep, server-side apply"),
          new Right("networkpolicies.networking.k8s.io", "create", "reconcile: the run's policies"),
          new Right(
              "networkpolicies.networking.k8s.io",
              "patch",
              "reconcile: the same, server-side apply"),
          new Right("events.events.k8s.io", "create", "reconcile: the story of a run"),
          new Right("secrets", "get", "reconcile: when a run's certificates expire"),
          new Right("secrets", "create", "reconcile: a run's certificates"),
          new Right("secrets", "patch", "reconcile: renewal, server-side apply"));

  /** In the operator's own namespace. */
  private static final List<Right> AT_HOME =
      List.of(
          new Right("leases.coordination.k8s.io", "create", "leader election: the first lease"),
          new Right("leases.coordination.k8s.io/xfolds-operator", "get", "leader election"),
          new Right(
              "leases.coordination.k8s.io/xfolds-operator",
              "update",
              "leader election: Java Operator SDK demands it when it starts"),
          new Right(
              "leases.coordination.k8s.io/xfolds-operator",
              "patch",
              "leader election: renewal, as Fabric8 writes it"),
          new Right("secrets", "create", "reconcile: the certificate authority"),
          new Right("secrets/xfolds-authority", "get", "reconcile: the certificate authority"));

  private static final List<Right> EDITORS =
      Stream.concat(
              Stream.of(
                      "get",
                      "list",
                      "watch",
                      "create",
                      "update",
                      "patch",
                      "delete",
                      "deletecollection")
                  .map(verb -> new Right("trainingruns.xfolds.dev", verb, "users: kubectl")),
              Stream.of(new Right("trainingruns/status.xfolds.dev", "get", "users: kubectl")))
          .toList();

  private static final List<Right> VIEWERS =
      Stream.concat(
              Stream.of("get", "list", "watch")
                  .map(verb -> new Right("trainingruns.xfolds.dev", verb, "users: kubectl")),
              Stream.of(new Right("trainingruns/status.xfolds.dev", "get", "users: kubectl")))
          .toList();

  private final Kubectl kubectl = Kubectl.orSkip();
  private final Map<String, List<HasMetadata>> rendered = new HashMap<>();

  static Stream<String> overlays() {
    return Manifests.OVERLAYS.stream();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noRuleHasAWildcard(String overlay) {
    List<HasMetadata> objects = render(overlay);
    assertThat(
            Stream.concat(
                    Manifests.all(objects, ClusterRole.class).stream()
                        .flatMap(role -> role.getRules().stream()),
                    Manifests.all(objects, Role.class).stream()
                        .flatMap(role -> role.getRules().stream()))
                .flatMap(
                    rule ->
                        Stream.of(
                                rule.getApiGroups(),
                                rule.getResources(),
                                rule.getVerbs(),
                                rule.getNonResourceURLs())
                            .flatMap(List::stream)))
        .isNotEmpty()
        .noneMatch(word -> word.contains("*"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyRightIsInTheListAndEveryoneOfTheListIsGranted(String overlay) {
    List<HasMetadata> objects = render(overlay);
    Map<String, ClusterRole> cluster = byName(Manifests.all(objects, ClusterRole.class));
    Map<String, Role> local = byName(Manifests.all(objects, Role.class));
    assertThat(cluster.keySet())
        .containsExactlyInAnyOrder(
            OPERATOR,
            "xfolds-operator-secrets",
            "xfolds-trainingruns-edit",
            "xfolds-trainingruns-view");
    assertThat(local.keySet()).containsExactly(OPERATOR);
    List<PolicyRule> everywhere = new ArrayList<>(cluster.get(OPERATOR).getRules());
    everywhere.addAll(cluster.get("xfolds-operator-secrets").getRules());
    assertThat(pairs(everywhere)).isEqualTo(pairsOf(EVERYWHERE));
    assertThat(pairs(local.get(OPERATOR).getRules())).isEqualTo(pairsOf(AT_HOME));
    assertThat(pairs(cluster.get("xfolds-trainingruns-edit").getRules()))
        .isEqualTo(pairsOf(EDITORS));
    assertThat(pairs(cluster.get("xfolds-trainingruns-view").getRules()))
        .isEqualTo(pairsOf(VIEWERS));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void onlyTheOperatorsAccountIsBound(String overlay) {
    List<HasMetadata> objects = render(overlay);
    Map<String, List<Subject>> bound = new LinkedHashMap<>();
    for (ClusterRoleBinding one : Manifests.all(objects, ClusterRoleBinding.class)) {
      bound.put("ClusterRole " + one.getRoleRef().getName(), one.getSubjects());
    }
    for (RoleBinding one : Manifests.all(objects, RoleBinding.class)) {
      bound.put(one.getRoleRef().getKind() + " " + one.getRoleRef().getName(), one.getSubjects());
    }
    assertThat(bound.keySet())
        .containsExactlyInAnyOrder(
            "ClusterRole " + OPERATOR, "ClusterRole xfolds-operator-secrets", "Role " + OPERATOR);
    assertThat(bound.values())
        .allSatisfy(
            subjects ->
                assertThat(subjects)
                    .containsExactly(new Subject(null, "ServiceAccount", OPERATOR, NAMESPACE)));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void usersRightsJoinTheRolesOfTheirNamespace(String overlay) {
    Map<String, ClusterRole> roles = byName(Manifests.all(render(overlay), ClusterRole.class));
    String to = "rbac.authorization.k8s.io/aggregate-to-";
    assertThat(roles.get("xfolds-trainingruns-edit").getMetadata().getLabels())
        .containsEntry(to + "edit", "true")
        .containsEntry(to + "admin", "true")
        .doesNotContainKey(to + "view");
    assertThat(roles.get("xfolds-trainingruns-view").getMetadata().getLabels())
        .containsEntry(to + "view", "true");
    assertThat(roles.get(OPERATOR).getMetadata().getLabels().keySet())
        .noneMatch(label -> label.startsWith(to));
    assertThat(roles.get("xfolds-operator-secrets").getMetadata().getLabels().keySet())
        .noneMatch(label -> label.startsWith(to));
  }

  private List<HasMetadata> render(String folder) {
    return rendered.computeIfAbsent(folder, name -> Manifests.render(kubectl, name));
  }

  private static <T extends HasMetadata> Map<String, T> byName(List<T> objects) {
    return objects.stream()
        .collect(Collectors.toMap(one -> one.getMetadata().getName(), Function.identity()));
  }

  private static Set<String> pairsOf(List<Right> rights) {
    return rights.stream().map(Right::pair).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Rules as {@code verb resource[/subresource][.group][/name]}, one for each combination. */
  private static Set<String> pairs(List<PolicyRule> rules) {
    Set<String> pairs = new TreeSet<>();
    for (PolicyRule rule : rules) {
      assertThat(rule.getNonResourceURLs()).isEmpty();
      List<String> names =
          rule.getResourceNames().isEmpty() ? List.of("") : rule.getResourceNames();
      for (String group : rule.getApiGroups()) {
        for (String resource : rule.getResources()) {
          for (String verb : rule.getVerbs()) {
            for (String name : names) {
              pairs.add(
                  verb
                      + " "
                      + resource
                      + (group.isEmpty() ? "" : "." + group)
                      + (name.isEmpty() ? "" : "/" + name));
            }
          }
        }
      }
    }
    return pairs;
  }
}
