package dev.xfolds.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Many runs at once: how soon all their objects exist, and how soon the same objects would without
 * an operator.
 */
final class Burst {
  private static final Duration TO_EXIST = Duration.ofHours(1);
  private static final Duration TO_GO = Duration.ofMinutes(30);

  private final Bench bench;
  private final OperatorLife operator;

  Burst(Bench bench, OperatorLife operator) {
    this.bench = bench;
    this.operator = operator;
  }

  /** Leaves nothing. */
  List<Row> measure() {
    Sample sample = Sample.take(bench);
    int runs = bench.sizes().burst();
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    List<Double> jobs = new ArrayList<>();
    for (int pair = 1; pair <= bench.sizes().pairs(); pair++) {
      without.add(byFlood("scale-flood-" + pair, sample, runs));
      with.add(byOperator("scale-operator-" + pair, sample, runs));
      jobs.add(plainJobs("scale-jobs-" + pair, sample, runs));
    }
    int large = bench.sizes().large();
    ApiRequests before = ApiRequests.of(bench.client());
    double passes = operator.numbers().passes().count();
    double largest = byOperator("scale-large", sample, large);
    ApiRequests requests = ApiRequests.of(bench.client()).since(before);
    requests.keep(bench, "burst");
    List<Row> rows =
        new ArrayList<>(
            new BurstRows(runs, without, with, jobs, large, largest, operator.memory().peak())
                .rows());
    rows.add(Row.says("API requests per run, to its end", requests.ofOperator() / large, ""));
    rows.add(
        Row.says(
            "passes per run, to its end",
            (operator.numbers().passes().count() - passes) / large,
            ""));
    return List.copyOf(rows);
  }

  /** Seconds until all objects of so many runs exist. */
  private double byOperator(String namespace, Sample sample, int runs) {
    ObjectTemplate run = new ObjectTemplate(Kinds.RUN, RunText.of("run-INDEX", false));
    return timed(namespace, sample.ofOne(), runs, space -> Flood.create(space, run, runs));
  }

  private double byFlood(String namespace, Sample sample, int runs) {
    return timed(
        namespace,
        sample.ofOne(),
        runs,
        space -> sample.made().forEach(object -> Flood.create(space, object, runs)));
  }

  /** What Kubernetes alone needs for one Job with one pod in place of each run. */
  private double plainJobs(String namespace, Sample sample, int runs) {
    return timed(
        namespace,
        Map.of(Kinds.JOB, 1L, Kinds.POD, 1L),
        runs,
        space -> Flood.create(space, sample.job(), runs));
  }

  private double timed(
      String namespace, Map<Kinds.Kind, Long> ofOne, int runs, Consumer<String> create) {
    Bench.say("burst: %d in %s".formatted(runs, namespace));
    Space space = Space.make(bench.client(), namespace);
    ObjectCounts wanted = ObjectCounts.of(bench.client(), namespace).plus(ofOne, runs);
    Processors before = Processors.now(bench, operator);
    Instant begin = Instant.now();
    create.accept(namespace);
    Instant end =
        Await.until(
            TO_EXIST,
            () -> operator.mustLive() && ObjectCounts.of(bench.client(), namespace).reaches(wanted),
            () ->
                "%s exist, these do: %s"
                    .formatted(wanted, ObjectCounts.of(bench.client(), namespace)));
    double seconds = Duration.between(begin, end).toMillis() / 1e3;
    Bench.say(
        "burst: it took %.1f s; %s"
            .formatted(seconds, Processors.now(bench, operator).since(before)));
    space.delete(TO_GO);
    return seconds;
  }
}
