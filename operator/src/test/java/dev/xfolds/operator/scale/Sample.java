package dev.xfolds.operator.scale;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that the operator makes for one run.
 *
 * @param ofOne objects of a run, by kind; pods of its Jobs too
 * @param made what somebody else has to make to have the same; the Job's pod makes itself
 */
record Sample(Map<Kinds.Kind, Long> ofOne, List<ObjectTemplate> made) {
  private static final String NAMESPACE = "scale-sample";
  private static final String RUN = "sample-of-all";
  private static final Duration TO_BE_MADE = Duration.ofSeconds(60);

  /** Makes a run, and looks. */
  static Sample take(Bench bench) {
    Space space = Space.make(bench.client(), NAMESPACE);
    bench.client().resource(RunText.run(NAMESPACE, RUN, false)).create();
    Await.until(
        TO_BE_MADE,
        () -> objects(bench, Kinds.JOB).size() == 1 && objects(bench, Kinds.POD).size() == 2,
        "run %s has a Job, its pod and an evaluator".formatted(RUN));
    Sample sample =
        new Sample(
            Kinds.ALL.stream()
                .collect(
                    Collectors.toMap(kind -> kind, kind -> (long) objects(bench, kind).size())),
            Kinds.ALL.stream().flatMap(kind -> templates(bench, kind)).toList());
    space.delete(Duration.ofMinutes(2));
    return sample;
  }

  ObjectTemplate job() {
    return made.stream().filter(one -> one.kind().equals(Kinds.JOB)).findFirst().orElseThrow();
  }

  private static Stream<ObjectTemplate> templates(Bench bench, Kinds.Kind kind) {
    return objects(bench, kind).stream()
        .filter(
            object ->
                object
                    .getMetadata()
                    .getOwnerReferences()
                    .getFirst()
                    .getKind()
                    .equals(Kinds.RUN.name()))
        .map(object -> ObjectTemplate.of(kind, object, RUN));
  }

  private static List<GenericKubernetesResource> objects(Bench bench, Kinds.Kind kind) {
    return bench
        .client()
        .genericKubernetesResources(kind.apiVersion(), kind.name())
        .inNamespace(NAMESPACE)
        .withLabel(RunNames.RUN_LABEL, RUN)
        .list()
        .getItems();
  }
}
