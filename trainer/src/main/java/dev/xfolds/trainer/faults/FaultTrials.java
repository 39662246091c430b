package dev.xfolds.trainer.faults;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.bench.BenchCertificates;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.faults.FaultTrial.Undisturbed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Trials one after another, and what they come to. */
public final class FaultTrials {

  private final Map<Integer, RunPlan> plans;
  private final Map<Integer, Undisturbed> undisturbed = new TreeMap<>();
  private final Path folder;
  private final Path tls;
  private final Class<?> trainer;
  private final Consumer<String> out;

  /**
   * Prepares trials.
   *
   * @param plans of 1, 2 and 4 ranks, whose every step is logged, of data that are made
   * @param folder empty; what belongs to a trial that failed stays there
   * @param trainer the trainer's main class
   * @param out gets a table, line by line
   * @throws TrainerException code 2 if other plans are given
   */
  public FaultTrials(List<RunPlan> plans, Path folder, Class<?> trainer, Consumer<String> out) {
    List<Integer> ranks =
        plans.stream().map(plan -> plan.getParallelism().getWorkers()).sorted().toList();
    if (!ranks.equals(Draw.RANKS)) {
      throw TrainerException.invalid(
          "plans must be of %s ranks, were of %s".formatted(Draw.RANKS, ranks));
    }
    for (RunPlan plan : plans) {
      if (plan.getTraining().getLogEverySteps() != 1) {
        throw TrainerException.invalid(
            "%s: spec.training.logEverySteps must be 1, was %d"
                .formatted(plan.getName(), plan.getTraining().getLogEverySteps()));
      }
    }
    this.plans =
        plans.stream()
            .collect(
                Collectors.toMap(plan -> plan.getParallelism().getWorkers(), Function.identity()));
    this.folder = folder;
    this.tls = BenchCertificates.make(folder.resolve("tls"));
    this.trainer = trainer;
    this.out = out;
  }

  /**
   * Runs trials of seeds in a row: the first has {@code seed}, and each draws from its own alone.
   *
   * @return whether all that could be tried went well
   */
  public boolean run(long seed, int trials) throws IOException, InterruptedException {
    out.accept(TrialResult.title());
    Map<Fault, List<Boolean>> good = new EnumMap<>(Fault.class);
    int skipped = 0;
    for (int trial = 0; trial < trials; trial++) {
      Optional<TrialResult> result = one(seed + trial);
      result.ifPresent(
          r -> good.computeIfAbsent(r.draw().fault(), _ -> new ArrayList<>()).add(r.good()));
      skipped += result.isPresent() ? 0 : 1;
    }
    out.accept("");
    out.accept("%d trials, %d skipped; as undisturbed:".formatted(trials, skipped));
    out.accept(counts(good));
    return good.values().stream().flatMap(List::stream).allMatch(Boolean::booleanValue);
  }

  private static String counts(Map<Fault, List<Boolean>> good) {
    return good.entrySet().stream()
        .map(
            of ->
                "%s %d/%d"
                    .formatted(
                        of.getKey().word(),
                        of.getValue().stream().filter(Boolean::booleanValue).count(),
                        of.getValue().size()))
        .collect(Collectors.joining(", "));
  }

  /** Empty where the fault cannot be brought about. */
  private Optional<TrialResult> one(long seed) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Draw draw = Draw.of(seed, plans.get(Draw.ranks(seed)));
    Undisturbed expected = undisturbed(draw.ranks());
    Path place = Files.createDirectory(folder.resolve("trial-" + seed));
    Path volume = Files.createDirectory(place.resolve("volume"));
    if (draw.fault() != Fault.FULL) {
      return Optional.of(
          tell(started, place, trial(draw, place, volume, expected, Optional.empty())));
    }
    try (SmallDisk disk = SmallDisk.mount(volume, 2 * expected.volumeBytes())) {
      return Optional.of(
          tell(started, place, trial(draw, place, disk.root(), expected, Optional.of(disk))));
    } catch (SmallDisk.UnavailableException e) {
      out.accept("%9d %5d  %-18s skipped".formatted(seed, draw.ranks(), draw.what()));
      out.accept("          no file system can be mounted here: " + e.getMessage());
      return Optional.empty();
    }
  }

  private TrialResult trial(
      Draw draw, Path place, Path runs, Undisturbed expected, Optional<SmallDisk> disk)
      throws InterruptedException {
    RunPlan plan = plans.get(draw.ranks());
    try (RankProcesses processes = new RankProcesses(place, runs, tls, trainer)) {
      return new FaultTrial(draw, plan, runs, processes).run(expected, disk);
    } catch (IOException | RuntimeException e) {
      return new TrialResult(draw, List.of(), 0, false, List.of(e.toString()));
    }
  }

  private TrialResult tell(long started, Path place, TrialResult result) throws IOException {
    out.accept(result.row((System.nanoTime() - started) / 1_000_000_000));
    result.complaints().forEach(complaint -> out.accept("          " + complaint));
    if (result.good()) {
      delete(place);
    } else {
      out.accept("          its log: " + place.resolve("log"));
    }
    return result;
  }

  private Undisturbed undisturbed(int ranks) throws IOException, InterruptedException {
    Undisturbed known = undisturbed.get(ranks);
    if (known != null) {
      return known;
    }
    Path place = Files.createDirectory(folder.resolve("undisturbed-" + ranks));
    Path runs = Files.createDirectory(place.resolve("volume"));
    try (RankProcesses processes = new RankProcesses(place, runs, tls, trainer)) {
      Undisturbed trained = Undisturbed.train(plans.get(ranks), runs, processes);
      undisturbed.put(ranks, trained);
      return trained;
    }
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }
}
