package dev.xfolds.trainer.faults;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.checkpoint.CheckpointStore;
import dev.xfolds.trainer.checkpoint.RunFolder;
import dev.xfolds.trainer.faults.RankProcesses.Rank;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A run that is disturbed once, and then started again as the operator does: when every rank of the
 * attempt has ended, all of them, with the attempt's next number.
 */
final class FaultTrial {

  private static final int KILLED = 128 + 9;
  private static final String NO_ROOM = "No space left on device";

  private final Draw draw;
  private final RunPlan plan;
  private final Path runs;
  private final RankProcesses processes;
  private final RunFiles files;
  private final List<String> complaints = new ArrayList<>();
  private int attempt;

  /**
   * Prepares a trial.
   *
   * @param runs root of an empty volume
   */
  FaultTrial(Draw draw, RunPlan plan, Path runs, RankProcesses processes) {
    this.draw = draw;
    this.plan = plan;
    this.runs = runs;
    this.processes = processes;
    this.files = new RunFiles(runs, plan);
  }

  /**
   * To its end.
   *
   * @param disk on which the volume is, for a full one
   * @throws IllegalStateException if the run ends before it could be disturbed
   */
  TrialResult run(Undisturbed undisturbed, Optional<SmallDisk> disk)
      throws IOException, InterruptedException {
    List<Rank> ranks = start();
    processes.awaitStep(ranks.getFirst().process(), files.metrics(), draw.step());
    List<Integer> codes =
        switch (draw.fault()) {
          case TORN, KILLED -> kill(ranks);
          case FULL -> fill(ranks, disk.orElseThrow(), undisturbed.checkpointBytes() / 2);
          case TERMINATED -> terminate(ranks);
          case FROZEN -> freeze(ranks);
        };
    long newest = files.newest().map(Checkpoint::step).orElse(0L);
    if (draw.fault() == Fault.TORN) {
      newest = tear();
    }
    List<String> before = Trace.read(files.metrics());
    mustEnd("the last attempt", codes(start()), ExitCode.DONE_VALUE);
    long kept = Trace.keptUpTo(before, Trace.read(files.metrics()));
    mustBe(kept == newest, "must continue from step %d, from %d".formatted(newest, kept));
    mustBe(
        kept >= least(), "must continue from step %d or later, from %d".formatted(least(), kept));
    boolean same = files.newest().stream().anyMatch(c -> c.digest().equals(undisturbed.digest()));
    return new TrialResult(draw, codes, kept, same, complaints);
  }

  private List<Rank> start() throws IOException {
    return processes.startAll(plan, ++attempt);
  }

  private List<Integer> codes(List<Rank> ranks) throws InterruptedException {
    return RankProcesses.codes(ranks);
  }

  private List<Integer> kill(List<Rank> ranks) throws IOException, InterruptedException {
    ranks.get(draw.victim()).process().destroyForcibly();
    List<Integer> codes = codes(ranks);
    mustLoseTheVictim(codes);
    return codes;
  }

  /** Others see their peer's silence; of a single rank, its probe. */
  private List<Integer> freeze(List<Rank> ranks) throws IOException, InterruptedException {
    Rank victim = ranks.get(draw.victim());
    RankProcesses.freeze(victim);
    mustBe(!RankProcesses.isAlive(victim), "a frozen rank answers its probe");
    codes(ranks.stream().filter(rank -> !rank.equals(victim)).toList());
    victim.process().destroyForcibly();
    List<Integer> codes = codes(ranks);
    mustLoseTheVictim(codes);
    return codes;
  }

  private void mustLoseTheVictim(List<Integer> codes) throws IOException {
    for (int rank = 0; rank < codes.size(); rank++) {
      int expected = rank == draw.victim() ? KILLED : ExitCode.RETRY_VALUE;
      mustEnd("rank " + rank, List.of(codes.get(rank)), expected);
    }
    mustBe(
        codes.size() == 1 || processes.said().contains("rank " + draw.victim()),
        "nobody names rank " + draw.victim());
  }

  private List<Integer> terminate(List<Rank> ranks) throws InterruptedException {
    if (draw.further()) {
      ranks.forEach(rank -> rank.process().destroy());
    } else {
      ranks.get(draw.victim()).process().destroy();
    }
    List<Integer> codes = codes(ranks);
    mustEnd("an asked rank", codes, ExitCode.STOPPED_VALUE);
    return codes;
  }

  private List<Integer> fill(List<Rank> ranks, SmallDisk disk, long halfACheckpoint)
      throws IOException, InterruptedException {
    long room = draw.further() ? 0 : halfACheckpoint;
    List<Integer> codes = endOnAFullDisk(ranks, disk, room);
    if (draw.further()) {
      endOnAFullDisk(start(), disk, room);
    }
    disk.empty();
    return codes;
  }

  private List<Integer> endOnAFullDisk(List<Rank> ranks, SmallDisk disk, long room)
      throws IOException, InterruptedException {
    int told = processes.said().length();
    do {
      disk.fill(room); // a checkpoint that is pruned makes room
    } while (!ranks.getFirst().process().waitFor(1, TimeUnit.MILLISECONDS));
    List<Integer> codes = codes(ranks);
    mustEnd("a rank without room", codes, ExitCode.RETRY_VALUE);
    String said = processes.said().substring(told);
    mustBe(
        said.lines().anyMatch(line -> line.contains(NO_ROOM) && line.contains(runs.toString())),
        "nobody says where there was \"%s\"".formatted(NO_ROOM));
    return codes;
  }

  /**
   * The newest checkpoint loses the end of one of its files, or has zeros there, as on a disk that
   * lied about a sync.
   *
   * @return the step of the newest whole one, 0 if there is none
   */
  private long tear() throws IOException {
    Checkpoint newest = files.newest().orElseThrow();
    RandomGenerator random = draw.random();
    List<Path> all;
    try (Stream<Path> list = Files.list(newest.folder())) {
      all = list.filter(file -> file.toFile().length() > 0).sorted().toList();
    }
    Path torn = all.get(random.nextInt(all.size()));
    try (RandomAccessFile file = new RandomAccessFile(torn.toFile(), "rw")) {
      long whole = file.length();
      file.setLength((long) (random.nextDouble() * whole));
      if (draw.further()) {
        file.setLength(whole);
      }
    }
    long before = files.newest().map(Checkpoint::step).orElse(0L);
    mustBe(before < newest.step(), "%s is torn, and its checkpoint whole".formatted(torn));
    return before;
  }

  /** The earliest step to continue from: the checkpoint before the last may not be lost. */
  private long least() {
    long every = plan.getCheckpoint().getEverySteps();
    return switch (draw.fault()) {
      case TORN -> 0;
      case FULL, KILLED, FROZEN -> (draw.step() / every - 1) * every;
      case TERMINATED -> draw.step();
    };
  }

  private void mustEnd(String who, List<Integer> codes, int expected) {
    mustBe(
        codes.stream().allMatch(code -> code == expected),
        "%s must end with %d, ended with %s".formatted(who, expected, codes));
  }

  private void mustBe(boolean fact, String complaint) {
    if (!fact) {
      complaints.add(complaint);
    }
  }

  /** What a run has written. */
  private record RunFiles(Path runs, RunPlan plan) {

    Path folder() {
      return RunFolder.path(runs, plan.getNamespace(), plan.getName());
    }

    Path metrics() {
      return folder().resolve("metrics.jsonl");
    }

    /** The newest whole checkpoint. */
    Optional<Checkpoint> newest() throws IOException {
      long claimed = Long.parseLong(Files.readString(folder().resolve("attempt")));
      return CheckpointStore.reading(RunFolder.follow(runs, plan, claimed)).latest();
    }
  }

  /**
   * The run that nobody disturbs.
   *
   * @param digest of its last weights
   * @param checkpointBytes of its last checkpoint
   * @param volumeBytes of all that it left
   */
  record Undisturbed(String digest, long checkpointBytes, long volumeBytes) {

    /** Trains it. */
    static Undisturbed train(RunPlan plan, Path runs, RankProcesses processes)
        throws IOException, InterruptedException {
      List<Integer> codes = RankProcesses.codes(processes.startAll(plan, 1));
      if (codes.stream().anyMatch(code -> code != ExitCode.DONE_VALUE)) {
        throw new IllegalStateException(
            "exit codes %s without a fault: %s".formatted(codes, processes.said()));
      }
      Checkpoint last = new RunFiles(runs, plan).newest().orElseThrow();
      return new Undisturbed(last.digest(), bytes(last.folder()), bytes(runs));
    }

    private static long bytes(Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      }
    }
  }
}
