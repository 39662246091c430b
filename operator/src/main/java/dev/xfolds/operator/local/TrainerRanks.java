package dev.xfolds.operator.local;

import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.desired.TrainerJob;
import dev.xfolds.operator.observe.Attempts.TrainerPod;
import dev.xfolds.operator.observe.Cause;
import dev.xfolds.operator.observe.Ending;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.plan.WorldSize;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The processes of one attempt, one for each worker, which is a rank or starts several: they begin
 * and end together.
 */
final class TrainerRanks {

  /** A rank that lost another one may be gone before that one is. */
  private static final Duration SETTLES = Duration.ofSeconds(5);

  /** For ranks that have nothing left to do, because rank 0 is done. */
  private static final Duration LEAVES = Duration.ofSeconds(10);

  /** Between SIGTERM and SIGKILL of ranks that lost another one. */
  private static final Duration MOURNS = Duration.ofSeconds(30);

  private final LocalContext context;
  private final RunNames names;
  private final int attempt;
  private final Instant startedAt;
  private final List<LocalPod> ranks = new ArrayList<>();
  private final List<LogWatch> logs = new ArrayList<>();
  private int progressPort;
  private Optional<Integer> mute = Optional.empty();
  private int ender;

  private TrainerRanks(LocalContext context, RunNames names, int attempt) {
    this.context = context;
    this.names = names;
    this.attempt = attempt;
    this.startedAt = context.clock().instant();
  }

  /**
   * Starts every worker of a Job.
   *
   * @param job whose number is that of the attempt
   * @param services loopback address by {@code service:port}
   */
  static TrainerRanks start(
      LocalContext context,
      RunPlan plan,
      RunObjects objects,
      HostVolumes volumes,
      Job job,
      int attempt,
      Map<String, String> services)
      throws IOException {
    TrainerRanks all = new TrainerRanks(context, RunNames.of(plan), attempt);
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    List<PortMap> ports = PortMap.allocate(pod, job.getSpec().getCompletions());
    all.progressPort = ports.getFirst().of(ProcessContract.PROGRESS_PORT);
    Map<String, String> addresses = new HashMap<>(services);
    int each = WorldSize.of(plan).ranksPerWorker();
    List<String> peers = TrainerJob.peers(plan, attempt);
    for (int rank = 0; rank < peers.size(); rank++) {
      PortMap own = ports.get(rank / each);
      addresses.put(
          peers.get(rank), "127.0.0.1:" + own.of(ProcessContract.PEER_PORT + rank % each));
    }
    try {
      for (PortMap own : ports) {
        all.start(pod, objects, volumes, own, ports.size() > 1, addresses);
      }
    } catch (IOException | RuntimeException e) {
      all.terminate(); // some may run
      throw e;
    }
    return all;
  }

  private void start(
      PodSpec pod,
      RunObjects objects,
      HostVolumes volumes,
      PortMap ports,
      boolean several,
      Map<String, String> addresses)
      throws IOException {
    int rank = ranks.size();
    LocalPod started =
        LocalPod.start(
            context,
            pod,
            context
                .output()
                .objects(names)
                .resolve("pods")
                .resolve(several ? TRAINER + "-" + rank : TRAINER),
            context.output().trainerLog(names, attempt, rank),
            List.of(objects.plan()),
            List.of(objects.trainerTls()),
            volumes,
            ports,
            addresses,
            Map.of(
                ProcessContract.RANK_VARIABLE,
                Integer.toString(rank),
                ProcessContract.ATTEMPT_VARIABLE,
                Integer.toString(attempt)));
    ranks.add(started);
    logs.add(new LogWatch(started.log()));
  }

  /** Port of this machine at which rank 0 tells its progress. */
  int progressPort() {
    return progressPort;
  }

  Ranks states() {
    return new Ranks(ranks.stream().map(LocalPod::state).toList());
  }

  /** Whether the attempt is over: rank 0 is done, or one rank has ended otherwise. */
  boolean isOver() {
    return isDone() || failure().isPresent();
  }

  /** Asks the probes that are due; false if a process must be restarted. */
  boolean healthy() {
    for (int rank = 0; rank < ranks.size() && mute.isEmpty(); rank++) {
      LocalPod one = ranks.get(rank);
      if (one.state() != PodState.ENDED && !one.healthy()) { // others may be done before rank 0
        mute = Optional.of(rank);
      }
    }
    return mute.isEmpty();
  }

  /** Whether a process that did not answer its probes ended the attempt. */
  boolean isMute() {
    return mute.isPresent();
  }

  /** New warnings of all ranks. */
  List<String> warnings() throws IOException {
    List<String> warnings = new ArrayList<>();
    for (int rank = 0; rank < ranks.size(); rank++) {
      for (String warning : logs.get(rank).warnings()) {
        warnings.add(rank == 0 ? warning : "worker %d: %s".formatted(rank, warning));
      }
    }
    return warnings;
  }

  /**
   * Ends the attempt: no process of it is left.
   *
   * @param asked whether somebody wants the run to stop
   * @return the exit code of the first rank to end; of rank 0 if all are asked to
   */
  int end(boolean asked) {
    if (!asked && mute.isEmpty()) {
      if (isDone()) {
        ender = 0;
        await(LEAVES);
        tellWhoDidNotLeave();
        terminate(MOURNS);
        return code();
      }
      if (failure().filter(Cause::isOfAnother).isPresent()) {
        await(SETTLES);
      }
      Optional<TrainerPod> failed = Cause.of(ended());
      if (failed.isPresent()) {
        ender = failed.get().rank();
        terminate(MOURNS);
        return code();
      }
    }
    ender = mute.orElse(0);
    terminate();
    return code();
  }

  private int code() {
    return ranks.get(ender).exitCode().orElseThrow();
  }

  /** SIGTERM to all at once, SIGKILL after their grace period. */
  void terminate() {
    terminate(Duration.ofDays(1));
  }

  private void terminate(Duration atMost) {
    ranks.forEach(LocalPod::ask);
    Instant from = Instant.now();
    for (LocalPod rank : ranks) {
      Duration grace = rank.grace().compareTo(atMost) < 0 ? rank.grace() : atMost;
      rank.end(left(from, grace));
    }
  }

  /** Who ended the attempt, as the beginning of a sentence. */
  String who() {
    return ranks.size() == 1 ? "trainer" : "worker %d of the trainer".formatted(mute.orElse(ender));
  }

  /** Log of the rank that ended the attempt. */
  Path log() {
    return ranks.get(ender).log();
  }

  private boolean isDone() {
    return ranks.getFirst().exitCode().stream().anyMatch(code -> code == ExitCode.DONE_VALUE);
  }

  private Optional<Ending> failure() {
    return Cause.of(ended()).flatMap(TrainerPod::ending);
  }

  private List<TrainerPod> ended() {
    return IntStream.range(0, ranks.size())
        .mapToObj(rank -> new TrainerPod(attempt, rank, startedAt, "", ranks.get(rank).ending()))
        .toList();
  }

  /** Waits until all have ended by themselves, at most so long. */
  private void await(Duration atMost) {
    Instant from = Instant.now();
    ranks.forEach(rank -> rank.endsWithin(left(from, atMost)));
  }

  private static Duration left(Instant from, Duration atMost) {
    Duration left = atMost.minus(Duration.between(from, Instant.now()));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private void tellWhoDidNotLeave() {
    for (int rank = 1; rank < ranks.size(); rank++) {
      String end =
          ranks.get(rank).exitCode().isEmpty()
              ? "has not ended, ends it"
              : "ended with exit code " + ranks.get(rank).exitCode().getAsInt();
      if (!end.endsWith(" 0")) {
        context
            .listener()
            .note(names.run(), "training is done, and worker %d %s".formatted(rank, end));
      }
    }
  }
}
