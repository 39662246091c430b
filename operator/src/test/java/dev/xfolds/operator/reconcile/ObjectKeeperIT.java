package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpExchange;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.api.TrainingRunStatus;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.RunView;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.reconcile.Decision.JobAction;
import dev.xfolds.operator.tls.AuthorityKey;
import dev.xfolds.operator.tls.AuthoritySecrets;
import dev.xfolds.operator.tls.CertificateIssuer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of an API server that has nothing yet and takes everything. */
final class ObjectKeeperIT {
  private static final RunPlan PLAN = Plans.phantom("a");
  private static final TrainingRunSpec SPEC =
      new TrainingRunSpec(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null);
  private static final RunView NOTHING = new RunView(Optional.empty(), List.of(), Optional.empty());
  private static final Decision WITH_EVALUATOR = decision(Optional.empty());
  private static final Decision WITH_TRAINERS = decision(Optional.of(new JobAction.Create(1, 1)));
  private static final List<String> OBJECTS =
      List.of(
          "POST networkpolicies",
          "POST networkpolicies",
          "POST configmaps",
          "POST secrets",
          "POST secrets",
          "POST services",
          "POST services");

  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** By server-side apply. */
  private final List<String> applied = new CopyOnWriteArrayList<>();

  /** Of an object that is there before the run, and that others manage. */
  private Optional<String> foreignPath = Optional.empty();

  /** What the API server answers to every POST, with 500. */
  private Optional<String> broken = Optional.empty();

  /** Paths of which nothing is left. */
  private Predicate<String> gone = _ -> false;

  private String foreignMetadata = "\"labels\":{}";
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private PretendedApi api;
  private ObjectKeeper keeper;

  private static Decision decision(Optional<JobAction> job) {
    return new Decision(new Verdict.Undecided(), job, true, Optional.empty());
  }

  private static RunView evaluatorThere() {
    Pod pod = new PodBuilder().withNewMetadata().withName("a-evaluator").endMetadata().build();
    return new RunView(Optional.empty(), List.of(), Optional.of(pod));
  }

  @BeforeEach
  void start() throws IOException {
    api = PretendedApi.of(this::answer);
    KubernetesClient client = api.client();
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    ClusterWriter writer = new ClusterWriter(client, Queues.discover(client));
    SecureRandom random = new SecureRandom();
    keeper =
        new ObjectKeeper(
            writer,
            ClusterSettings.ofOneMachine(),
            new RunSecrets(
                RunSecrets.Stored.in(client),
                new AuthoritySecrets(new byte[AuthorityKey.SECRET_BYTES], Optional.empty())::of,
                new CertificateIssuer(clock, random, RunSecrets.LIFETIME),
                clock),
            new PlanKeeper(PlanKeeper.Store.in(client, writer)),
            clock,
            "test");
    asked.clear();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String object = path.replaceFirst(".*/namespaces/[^/]*/", "");
      asked.add(exchange.getRequestMethod() + " " + object);
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (type != null && type.contains("apply-patch")) {
        applied.add(object);
      }
      boolean there = foreignPath.filter(path::endsWith).isPresent();
      boolean sameKind =
          foreignPath.map(one -> one.split("/", 2)[0]).filter(path::endsWith).isPresent();
      int code =
          switch (exchange.getRequestMethod()) {
            case "GET" -> there ? 200 : 404;
            case "POST" -> broken.isPresent() ? 500 : sameKind ? 409 : 200;
            default -> gone.test(path) ? 404 : 200;
          };
      byte[] body =
          (code == 200
                  ? "{\"kind\":\"Any\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",%s}}"
                      .formatted(foreignMetadata)
                  : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":%d,\"message\":%s}"
                      .formatted(
                          code, broken.map(TextNode::new).map(TextNode::toString).orElse("null")))
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void carryOut(RunView view, Decision decision) {
    asked.clear();
    assertThat(keeper.carryOut(PLAN, SPEC, view, decision)).isEmpty();
  }

  @Test
  void newRunsObjectsAreMadeOnceEachAndNothingIsRead() {
    carryOut(NOTHING, WITH_EVALUATOR);
    assertThat(asked.subList(0, asked.size() - 1)).containsExactlyInAnyOrderElementsOf(OBJECTS);
    assertThat(asked.getLast()).isEqualTo("POST pods");
  }

  @Test
  void trainersFollowWithoutAnotherWriteWithinThreeMinutes() {
    carryOut(NOTHING, WITH_EVALUATOR);
    now = now.plus(Duration.ofSeconds(179));
    carryOut(evaluatorThere(), WITH_TRAINERS);
    assertThat(asked).containsExactly("POST jobs");
    now = now.plus(Duration.ofSeconds(2));
    carryOut(evaluatorThere(), WITH_TRAINERS);
    assertThat(asked).contains("PATCH services/a-trainer", "POST jobs");
  }

  @Test
  void whatMayHaveGoneWithTheEvaluatorIsWrittenBeforeItIsMadeAgain() {
    carryOut(NOTHING, WITH_EVALUATOR);
    now = now.plus(Duration.ofSeconds(1));
    carryOut(NOTHING, WITH_EVALUATOR);
    assertThat(asked).contains("PATCH secrets/a-evaluator-tls", "PATCH services/a-evaluator");
    assertThat(asked.getLast()).isEqualTo("POST pods");
  }

  @Test
  void objectsOfARunWithPodsAreWrittenEveryThreeMinutes() {
    carryOut(NOTHING, WITH_EVALUATOR);
    now = now.plus(Duration.ofSeconds(179));
    carryOut(evaluatorThere(), WITH_EVALUATOR);
    assertThat(asked).isEmpty();
    now = now.plus(Duration.ofSeconds(2));
    carryOut(evaluatorThere(), WITH_EVALUATOR);
    assertThat(asked).contains("GET secrets/a-trainer-tls", "PATCH services/a-trainer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Secret secrets/a-trainer-tls", "Service services/a-trainer"})
  void objectOfSomebodyElseIsNotTakenOver(String kindAndPath) {
    String path = kindAndPath.split(" ", 2)[1];
    foreignPath = Optional.of(path);
    Optional<Wait> refused = keeper.carryOut(PLAN, SPEC, NOTHING, WITH_EVALUATOR);
    assertThat(refused.orElseThrow().text())
        .contains(
            kindAndPath.split(" ", 2)[0] + " default/" + path.split("/", 2)[1],
            "is there and is not of a run; delete it, or give the run another name");
    assertThat(asked).doesNotContain("POST pods");
    assertThat(asked.getLast()).as("looked at").matches("(GET|PATCH) " + path);
    assertThat(applied).doesNotContain(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Pod pods/a-evaluator", "Job jobs/a-trainer-1"})
  void podOrJobOfSomebodyElseIsTold(String kindAndPath) {
    String path = kindAndPath.split(" ", 2)[1];
    carryOut(NOTHING, WITH_EVALUATOR);
    foreignPath = Optional.of(path);
    Optional<Wait> refused =
        keeper.carryOut(
            PLAN,
            SPEC,
            path.startsWith("pods") ? NOTHING : evaluatorThere(),
            path.startsWith("pods") ? WITH_EVALUATOR : WITH_TRAINERS);
    assertThat(refused.orElseThrow().text())
        .contains(
            kindAndPath.split(" ", 2)[0] + " default/" + path.split("/", 2)[1],
            "is there and is not of a run; delete it, or give the run another name");
    assertThat(asked).noneMatch(request -> request.startsWith("DELETE"));
  }

  /** As kubectl delete --cascade=orphan leaves it. */
  @Test
  void jobOfAFormerRunOfItsNameGoesFirst() {
    carryOut(NOTHING, WITH_EVALUATOR);
    foreignPath = Optional.of("jobs/a-trainer-1");
    foreignMetadata =
        "\"uid\":\"o\",\"namespace\":\"default\",\"labels\":{\"%s\":\"another\"}"
            .formatted(RunNames.UID_LABEL);
    carryOut(evaluatorThere(), WITH_TRAINERS);
    assertThat(asked)
        .containsExactly("POST jobs", "PATCH jobs/a-trainer-1", "DELETE jobs/a", "POST jobs");
  }

  @Test
  void jobOfThisRunThatTheCacheDoesNotShowYetIsKept() {
    carryOut(NOTHING, WITH_EVALUATOR);
    foreignPath = Optional.of("jobs/a-trainer-1");
    foreignMetadata = ownedBy(PLAN.getUid());
    carryOut(evaluatorThere(), WITH_TRAINERS);
    assertThat(asked).containsExactly("POST jobs", "PATCH jobs/a-trainer-1");
  }

  @Test
  void webhookThatDoesNotAnswerIsToldAndTriedAgain() {
    broken = Optional.of("failed calling webhook \"a.example.org\": connection refused");
    assertThat(keeper.carryOut(PLAN, SPEC, NOTHING, WITH_EVALUATOR).orElseThrow().text())
        .contains("failed calling webhook");
    broken = Optional.empty();
    carryOut(NOTHING, WITH_EVALUATOR);
    assertThat(asked.getLast()).isEqualTo("POST pods");
  }

  @Test
  void ownObjectThatOthersHaveChangedIsMadeWhatItShouldBe() {
    foreignPath = Optional.of("services/a-evaluator");
    foreignMetadata = ownedBy(PLAN.getUid());
    carryOut(NOTHING, WITH_EVALUATOR);
    assertThat(asked)
        .containsSubsequence("POST services", "PATCH services/a-evaluator", "POST pods");
    assertThat(asked).noneMatch(request -> request.startsWith("DELETE"));
    assertThat(applied).containsExactly("services/a-trainer", "services/a-evaluator");
  }

  /** Of one that was deleted just now: what it owned may have no second controller. */
  @Test
  void objectOfAFormerRunOfItsNameGoesFirst() {
    foreignPath = Optional.of("services/a-evaluator");
    foreignMetadata = ownedBy("another");
    carryOut(NOTHING, WITH_EVALUATOR);
    assertThat(asked)
        .containsSubsequence(
            "POST services",
            "PATCH services/a-evaluator",
            "DELETE services/a",
            "POST services",
            "POST pods");
  }

  private static String ownedBy(String uid) {
    return """
        "uid":"o","namespace":"default",
        "ownerReferences":[{"apiVersion":"xfolds.dev/v1alpha1","kind":"TrainingRun","name":"a","uid":"%s"}]"""
        .formatted(uid);
  }

  @Test
  void nothingIsMadeForARunThatWouldMountTheEvaluatorsClaim() {
    RunPlan.Builder plan = PLAN.toBuilder();
    plan.getCheckpointBuilder().setVolume("xfolds-evaluator");
    Optional<Wait> refused = keeper.carryOut(plan.build(), SPEC, NOTHING, WITH_EVALUATOR);
    assertThat(refused.orElseThrow().text())
        .contains("a trainer would mount claim xfolds-evaluator", "names another");
    assertThat(asked).isEmpty();
  }

  private static final TrainingRunStatus OVER =
      new TrainingRunStatus(
          1L, "clip", "Complete", List.of(), List.of(), 1, 0, 1, null, List.of(), List.of(), null);

  /** Somebody has tidied up its Jobs. */
  @Test
  void whatIsLeftOfARunWithoutJobsIsRemovedOnce() {
    foreignMetadata = ownedBy(PLAN.getUid());
    keeper.removeAll(RunNames.of(PLAN), OVER, List.of());
    assertThat(asked.stream().filter(request -> request.startsWith("DELETE"))).hasSize(9);
    assertThat(asked)
        .as("whose it is, one after the other, the first that was made last")
        .containsSubsequence(
            "PATCH configmaps/a-plan",
            "PATCH networkpolicies/a-trainer",
            "DELETE networkpolicies/a");
    assertThat(asked.get(asked.size() - 2)).isEqualTo("PATCH networkpolicies/a-trainer");
    asked.clear();
    keeper.removeAll(RunNames.of(PLAN), OVER, List.of());
    assertThat(asked).isEmpty();
  }

  @Test
  void ofARunWithNothingLeftOnlyWhatWouldProveItIsLookedFor() {
    gone = _ -> true;
    keeper.removeAll(RunNames.of(PLAN), OVER, List.of());
    assertThat(asked).hasSize(2);
    assertThat(asked.getFirst()).isEqualTo("PATCH networkpolicies/a-trainer");
    assertThat(asked.getLast()).startsWith("PATCH configmaps/");
  }

  /** It was refused before its plan could be stored, say. */
  @ParameterizedTest
  @ValueSource(strings = {"configmaps", "networkpolicies"})
  void whatIsLeftIsFoundThoughOneProofIsGone(String kind) {
    foreignMetadata = ownedBy(PLAN.getUid());
    gone = path -> path.contains("/" + kind + "/");
    keeper.removeAll(RunNames.of(PLAN), OVER, List.of());
    assertThat(asked).contains("DELETE services/a", "DELETE secrets/a");
  }
}
