package dev.xfolds.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.tls.CertificateIssuer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restarts, signals and leftovers, with real processes that have no models. */
@Timeout(120)
final class LocalRunnerIT {
  @TempDir private Path out;

  private final List<String> notes = new ArrayList<>();
  private final StopSignal stop = new StopSignal();
  private final MovedClock clock = new MovedClock();
  private Consumer<Observation> onLook = _ -> {};

  /** The time of day, and as much as a test adds. */
  private static final class MovedClock extends Clock {
    private Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.offset(Clock.system(zone), ahead);
    }
  }

  @Test
  void finishedRunIsRecognisedAndNothingIsStarted() throws IOException {
    RunResult first = run(Plans.phantom("a")).getFirst();
    assertThat(first.verdict()).isEqualTo(new Verdict.Succeeded());
    assertThat(first.reports())
        .singleElement()
        .satisfies(r -> assertThat(r.getRun()).isEqualTo("a"));
    assertThat(first.finished().orElseThrow().parameters()).isEqualTo(5);
    assertThat(first.files().checkpoint().orElseThrow()).endsWithRaw(Path.of("step-00000010"));
    assertThat(first.attempts()).isEqualTo(1);
    assertThat(first.recognised()).isFalse();
    RunResult second = run(Plans.phantom("a")).getFirst();
    assertThat(second.recognised()).isTrue();
    assertThat(second.reports()).isEqualTo(first.reports());
    assertThat(out.resolve("logs/default/a/trainer-2.log")).doesNotExist();
    assertThat(out.resolve("objects/default/a/pods/trainer/pid")).doesNotExist();
  }

  @Test
  void anotherPlanInTheSameFolderIsRefused() throws IOException {
    run(Plans.phantom("a"));
    RunPlan.Builder other = Plans.phantom("a").toBuilder().setDigest("another");
    other.getTrainingBuilder().setSteps(other.getTraining().getSteps() + 1);
    assertThat(failure(run(other.build()).getFirst()))
        .isEqualTo("FolderInUse")
        .satisfies(_ -> assertThat(out.resolve("logs/default/a/trainer-2.log")).doesNotExist());
  }

  /** The trainer sees it the same way. */
  @Test
  void planThatOnlyOtherProcessesCarryOutGoesOnInTheFolder() throws IOException {
    run(Plans.phantom("a"));
    RunPlan.Builder other = Plans.phantom("a").toBuilder().setDigest("another");
    other.getTrainingBuilder().setThreads(other.getTraining().getThreads() + 1);
    assertThat(run(other.build()).getFirst().complete()).isTrue();
    assertThat(out.resolve("logs/default/a/trainer-2.log")).exists();
  }

  @Test
  void mendedPlanStartsWhereTheFormerLeftNoCheckpoint() throws IOException {
    behaviour("a", 1, "exit 2");
    assertThat(run(Plans.phantom("a")).getFirst().complete()).isFalse();
    Path run = out.resolve("trainer/runs/default/a");
    Files.createDirectories(run.resolve("checkpoints"));
    Files.writeString(run.resolve("plan.json"), "{\"digest\": \"former\"}");
    RunPlan mended = Plans.phantom("a").toBuilder().setDigest("mended").build();
    assertThat(run(mended).getFirst().complete()).isTrue();
  }

  @Test
  void codesThatAskForItAreRetriedWithTheNextAttemptNumber() throws IOException {
    behaviour("a", 1, "exit 10");
    behaviour("a", 2, "exit 77");
    RunResult result = run(Plans.phantom("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(result.attempts()).isEqualTo(3);
    assertThat(Files.readString(out.resolve("logs/default/a/trainer-3.log")))
        .contains("--attempt=3")
        .contains("rank 0: finish")
        .contains("evaluator answers at");
    assertThat(notes).anyMatch(n -> n.contains("exit code 10 (Retry), restart 1 of 3"));
  }

  @Test
  void wrongPlanIsNeverRetriedAndItsLogIsShown() throws IOException {
    behaviour("a", 1, "exit 2");
    RunResult result = run(Plans.phantom("a")).getFirst();
    assertThat(failure(result)).isEqualTo("Invalid");
    assertThat(((Verdict.Failed) result.verdict()).usersMistake()).isTrue();
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.exitCode()).hasValue(2);
    assertThat(result.logTail()).contains("ends as it was told");
  }

  @Test
  void restartsAreBounded() throws IOException {
    for (int attempt = 1; attempt <= 4; attempt++) {
      behaviour("a", attempt, "exit 10");
    }
    RunResult result = run(Plans.phantom("a")).getFirst();
    assertThat(failure(result)).isEqualTo("TooManyRestarts");
    assertThat(result.attempts()).isEqualTo(4);
  }

  @Test
  void trainerThatStopsAnsweringIsCountedThoughItEndsAsIfStopped() throws IOException {
    for (int attempt = 1; attempt <= 4; attempt++) {
      behaviour("a", attempt, "mute");
    }
    onLook =
        seen -> {
          if (seen.trainer() == PodState.READY) {
            clock.ahead = clock.ahead.plusSeconds(10);
          }
        };
    RunResult result = run(Plans.phantom("a")).getFirst();
    assertThat(failure(result)).isEqualTo("TooManyRestarts");
    assertThat(((Verdict.Failed) result.verdict()).message())
        .contains("last with exit code 12", ": it did not answer its probes and was ended");
    assertThat(result.attempts()).isEqualTo(4);
    assertThat(notes)
        .anyMatch(n -> n.contains("restart 1 of 3 in 0 s: it did not answer its probes"))
        .noneMatch(n -> n.contains("from outside"));
    assertThat(Files.readString(out.resolve("objects/default/a/record.json")))
        .contains("Unresponsive");
  }

  @Test
  void killedTrainerGoesOnByItself() throws IOException {
    behaviour("a", 1, "hang");
    Set<String> killed = ConcurrentHashMap.newKeySet();
    onLook =
        seen -> {
          if (seen.trainer() == PodState.READY
              && seen.progress().isPresent()
              && killed.add("trainer")) {
            kill("a", "trainer");
          }
        };
    RunResult result = run(Plans.phantom("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(notes).anyMatch(n -> n.contains("exit code 137 (Killed)"));
  }

  @Test
  void killedEvaluatorIsStartedAgainAtTheSameAddress() throws IOException {
    behaviour("a", 1, "hang");
    Set<String> done = ConcurrentHashMap.newKeySet();
    onLook =
        seen -> {
          if (seen.trainer() == PodState.READY && done.add("kill evaluator")) {
            kill("a", "evaluator");
          } else if (seen.evaluator() == PodState.READY
              && notes.stream().anyMatch(n -> n.contains("evaluator ended with exit code 137"))
              && done.add("kill trainer")) {
            kill("a", "trainer");
          }
        };
    assertThat(run(Plans.phantom("a")).getFirst().complete()).isTrue();
    List<String> ports =
        Files.readAllLines(out.resolve("logs/default/a/evaluator.log")).stream()
            .filter(line -> line.startsWith("evaluator of"))
            .map(line -> line.replaceAll(".*--port=(\\d+).*", "$1"))
            .toList();
    assertThat(ports).hasSize(2);
    assertThat(ports.get(0)).isEqualTo(ports.get(1));
  }

  @Test
  void stopOnRequestLeavesNoProcessAndTheNextCommandContinues() throws IOException {
    behaviour("a", 1, "hang");
    List<Long> pids = new ArrayList<>();
    onLook =
        seen -> {
          if (seen.trainer() == PodState.READY && pids.isEmpty()) {
            pids.add(pid("a", "trainer"));
            pids.add(pid("a", "evaluator"));
            stop.request();
          }
        };
    List<RunResult> stopped = run(Plans.phantom("a"), Plans.phantom("b"));
    assertThat(stopped).extracting(RunResult::verdict).allMatch(v -> v instanceof Verdict.Stopped);
    assertThat(stopped.getFirst().exitCode()).hasValue(12);
    assertThat(pids).hasSize(2).noneMatch(LocalRunnerIT::alive);
    onLook = _ -> {};
    List<RunResult> continued = runWith(new StopSignal(), Plans.phantom("a"));
    assertThat(continued.getFirst().complete()).isTrue();
    assertThat(continued.getFirst().attempts()).isEqualTo(2);
  }

  @Test
  void trainerThatIgnoresSigtermIsKilledAfterItsGracePeriod() throws IOException {
    behaviour("a", 1, "stubborn");
    RunPlan.Builder plan = Plans.phantom("a").toBuilder();
    plan.getCheckpointBuilder().setGraceSeconds(1);
    onLook =
        seen -> {
          if (seen.trainer() == PodState.READY) {
            stop.request();
          }
        };
    RunResult result = run(plan.build()).getFirst();
    assertThat(result.verdict()).isInstanceOf(Verdict.Stopped.class);
    assertThat(result.exitCode()).hasValue(137);
  }

  private static RunPlan two(String name) {
    RunPlan.Builder plan = Plans.phantom(name).toBuilder();
    plan.getParallelismBuilder().setWorkers(2);
    return plan.build();
  }

  private static boolean allReady(Observation seen) {
    return seen.trainers().allReady() && seen.trainers().states().size() == 2;
  }

  @Test
  void twoWorkersAreTwoProcessesThatKnowEachOther() throws IOException {
    RunResult result = run(two("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(result.files().log()).isEqualTo(out.resolve("logs/default/a/trainer-1.log"));
    String first = Files.readString(out.resolve("logs/default/a/trainer-1.log"));
    String second = Files.readString(out.resolve("logs/default/a/trainer-1-worker1.log"));
    assertThat(first)
        .contains("rank 0: finish")
        .containsPattern("--peers=127.0.0.1:\\d+,127.0.0.1:\\d+");
    assertThat(second).contains("rank 1: finish");
    for (String option : List.of("--peers", "--attempt", "--runs")) {
      assertThat(option(second, option)).as(option).isEqualTo(option(first, option));
    }
    for (String option : List.of("--progress-port", "--health-port")) {
      assertThat(option(second, option)).as(option).isNotEqualTo(option(first, option));
    }
    assertThat(List.of(option(first, "--peers").split(",", -1))).doesNotHaveDuplicates();
    assertThat(out.resolve("objects/default/a/pods/trainer")).doesNotExist();
    assertThat(out.resolve("objects/default/a/pods/trainer-1/root")).exists();
    RunResult again = run(two("a")).getFirst();
    assertThat(again.recognised()).isTrue();
    assertThat(again.files().log()).isEqualTo(out.resolve("logs/default/a/trainer-1.log"));
  }

  @Test
  void workerOfSeveralRanksIsOneProcessThatKnowsTheAddressesOfAll() throws IOException {
    RunPlan.Builder plan = two("a").toBuilder();
    plan.getParallelismBuilder().setRanksPerWorker(2);
    assertThat(run(plan.build()).getFirst().complete()).isTrue();
    String first = Files.readString(out.resolve("logs/default/a/trainer-1.log"));
    String second = Files.readString(out.resolve("logs/default/a/trainer-1-worker1.log"));
    assertThat(option(first, "--peers").split(",", -1))
        .hasSize(4)
        .doesNotHaveDuplicates()
        .allMatch(peer -> peer.startsWith("127.0.0.1:") && !peer.matches(".*:744[5-8]"));
    assertThat(option(second, "--peers")).isEqualTo(option(first, "--peers"));
    assertThat(out.resolve("logs/default/a/trainer-1-worker2.log")).doesNotExist();
  }

  private static String option(String log, String name) {
    String start = name + "=";
    String rest = log.substring(log.indexOf(start) + start.length());
    return rest.split(", --|}", 2)[0];
  }

  @Test
  void firstRankToFailEndsTheAttemptAndAllRanksStartAgain() throws IOException {
    behaviour("a", "1-rank0", "hang");
    behaviour("a", "1-rank1", "exit 77");
    RunResult result = run(two("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(notes)
        .anyMatch(
            n ->
                n.contains(
                    "worker 1 of the trainer ended with exit code 77 (ExitCode77), restart 1 of 3"));
    assertThat(out.resolve("logs/default/a/trainer-2-worker1.log")).exists();
    assertThat(Files.readString(out.resolve("objects/default/a/record.json")))
        .contains("\"exitCode\" : 77");
  }

  /** Rank 0 is gone at once, rank 1 a second later. */
  @Test
  void rankThatLostAnotherIsNotTheOneThatFailed() throws IOException {
    behaviour("a", "1-rank0", "lose 1");
    behaviour("a", "1-rank1", "meet 2");
    RunResult result = run(two("a")).getFirst();
    assertThat(failure(result)).isEqualTo("Invalid");
    assertThat(result.exitCode()).hasValue(2);
    assertThat(result.files().log()).isEqualTo(out.resolve("logs/default/a/trainer-1-worker1.log"));
    assertThat(Files.readString(out.resolve("logs/default/a/trainer-1.log")))
        .contains("trainer: rank 0 lost rank 1");
  }

  @Test
  void killedRankEndsTheOthers() throws IOException {
    behaviour("a", 1, "hang");
    List<Long> pids = new ArrayList<>();
    onLook =
        seen -> {
          if (allReady(seen) && pids.isEmpty()) {
            pids.add(pid("a", "trainer-0"));
            pids.add(pid("a", "trainer-1"));
            kill("a", "trainer-1");
          }
        };
    RunResult result = run(two("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(notes).anyMatch(n -> n.contains("worker 1 of the trainer ended with exit code 137"));
    assertThat(pids).hasSize(2).noneMatch(LocalRunnerIT::alive);
  }

  @Test
  void stopReachesAllRanksAndItsCodeIsThatOfRankZero() throws IOException {
    behaviour("a", 1, "hang");
    List<Long> pids = new ArrayList<>();
    onLook =
        seen -> {
          if (allReady(seen) && pids.isEmpty()) {
            pids.add(pid("a", "trainer-0"));
            pids.add(pid("a", "trainer-1"));
            stop.request();
          }
        };
    RunResult stopped = run(two("a")).getFirst();
    assertThat(stopped.verdict()).isInstanceOf(Verdict.Stopped.class);
    assertThat(stopped.exitCode()).hasValue(12);
    assertThat(pids).hasSize(2).noneMatch(LocalRunnerIT::alive);
    assertThat(out.resolve("objects/default/a/pods/trainer-1/pid")).doesNotExist();
    onLook = _ -> {};
    RunResult continued = runWith(new StopSignal(), two("a")).getFirst();
    assertThat(continued.complete()).isTrue();
    assertThat(continued.attempts()).isEqualTo(2);
  }

  @Test
  void rankThatStopsAnsweringEndsTheAttempt() throws IOException {
    for (int attempt = 1; attempt <= 4; attempt++) {
      behaviour("a", attempt + "-rank0", "hang");
      behaviour("a", attempt + "-rank1", "mute");
    }
    onLook =
        seen -> {
          if (allReady(seen)) {
            clock.ahead = clock.ahead.plusSeconds(10);
          }
        };
    RunResult result = run(two("a")).getFirst();
    assertThat(failure(result)).isEqualTo("TooManyRestarts");
    assertThat(notes)
        .anyMatch(n -> n.contains("worker 1 of the trainer does not answer its probes"));
  }

  @Test
  void ranksThatDoNotLeaveWhenTrainingIsDoneAreTold() throws IOException {
    behaviour("a", "1-rank1", "hang");
    RunResult result = run(two("a")).getFirst();
    assertThat(result.complete()).isTrue();
    assertThat(notes).anyMatch(n -> n.contains("training is done, and worker 1 has not ended"));
  }

  @Test
  void secondCommandInTheSameFolderIsRefusedWithThePidOfTheFirst() throws IOException {
    try (FolderLock _ = FolderLock.take(out, 4711)) {
      assertThatThrownBy(() -> run(Plans.phantom("a")))
          .isInstanceOf(LocalException.class)
          .hasMessageContaining("in use by process 4711");
    }
    assertThat(run(Plans.phantom("a")).getFirst().complete()).isTrue();
  }

  @Test
  void processesThatAKilledXfoldsLeftBehindAreEndedFirst() throws IOException {
    Path pod = Files.createDirectories(out.resolve("objects/default/old/pods/trainer"));
    ChildProcess orphan =
        ChildProcess.start(
            new ProcessSpec(List.of("/bin/sleep", "600"), Map.of(), Duration.ofSeconds(5)),
            pod,
            out.resolve("orphan.log"));
    run(Plans.phantom("a"));
    assertThat(orphan.isAlive()).isFalse();
    assertThat(notes).anyMatch(n -> n.contains("ended process " + orphan.pid()));
  }

  @Test
  void processesOfAllRanksThatAKilledXfoldsLeftBehindAreEnded() throws IOException {
    List<ChildProcess> orphans = new ArrayList<>();
    for (String rank : List.of("trainer-0", "trainer-1")) {
      orphans.add(
          ChildProcess.start(
              new ProcessSpec(List.of("/bin/sleep", "600"), Map.of(), Duration.ofSeconds(5)),
              Files.createDirectories(out.resolve("objects/default/old/pods").resolve(rank)),
              out.resolve(rank + ".log")));
    }
    run(Plans.phantom("a"));
    assertThat(orphans).noneMatch(ChildProcess::isAlive);
  }

  @Test
  void orphanThatNobodyCollectsDoesNotHoldTheNextCommandUp() throws IOException {
    Path pod = Files.createDirectories(out.resolve("objects/default/old/pods/trainer"));
    Process parent =
        new ProcessBuilder("/bin/sh", "-c", "sleep 600 & echo $!; exec sleep 600").start();
    try {
      long child = Long.parseLong(parent.inputReader().readLine());
      ProcessHandle orphan = ProcessHandle.of(child).orElseThrow();
      Files.writeString(
          pod.resolve("pid"), child + " " + orphan.info().startInstant().orElseThrow() + "\n");
      orphan.destroyForcibly();
      assertThat(run(Plans.phantom("a")).getFirst().complete()).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void processWithTheSamePidButAnotherStartIsLeftAlone() throws IOException {
    Path pod = Files.createDirectories(out.resolve("objects/default/old/pods/trainer"));
    ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "600");
    Process stranger = builder.start();
    try {
      Files.writeString(pod.resolve("pid"), stranger.pid() + " 2001-01-01T00:00:00Z\n");
      run(Plans.phantom("a"));
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void runsFollowTheOneTheyStartFromAndAreNotStartedWhenItFailed() throws IOException {
    behaviour("a", 1, "exit 2");
    RunPlan.Builder child = Plans.phantom("child").toBuilder();
    child.getInitFromBuilder().setRun("a");
    List<RunResult> results = run(child.build(), Plans.phantom("a"), Plans.phantom("b"));
    assertThat(results).extracting(RunResult::name).containsExactly("a", "child", "b");
    assertThat(failure(results.get(1))).isEqualTo("InitFromFailed");
    assertThat(results.get(2).complete()).isTrue();
    assertThat(out.resolve("logs/default/child")).doesNotExist();
  }

  private List<RunResult> run(RunPlan... plans) throws IOException {
    return runWith(stop, plans);
  }

  private List<RunResult> runWith(StopSignal signal, RunPlan... plans) throws IOException {
    LocalContext context =
        new LocalContext(
            new OutputFolder(out),
            new HostVolumes(Map.of()),
            LocalRunnerIT::fake,
            new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), Duration.ofDays(1)),
            new RestartPolicy(3, Duration.ofMillis(10), Duration.ofMillis(50)),
            signal,
            new RunListener() {
              @Override
              public void observed(Observation observation) {
                onLook.accept(observation);
              }

              @Override
              public void note(String run, String message) {
                notes.add(run + ": " + message);
              }
            },
            clock,
            HttpClient.newHttpClient(),
            System.getenv(),
            Duration.ofMillis(50));
    return new LocalRunner(context)
        .run(
            List.of(plans).stream()
                .map(plan -> new LocalRun(plan, ClusterSettings.ofOneMachine()))
                .toList());
  }

  private static List<String> fake(String image, List<String> command, long memoryBytes) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        FakeProcess.class.getName(),
        Path.of(command.getFirst()).getFileName().toString());
  }

  private void behaviour(String run, int attempt, String text) throws IOException {
    behaviour(run, Integer.toString(attempt), text);
  }

  private void behaviour(String run, String attempt, String text) throws IOException {
    Path volume = Files.createDirectories(out.resolve("trainer"));
    Files.writeString(volume.resolve("behaviour-%s-%s".formatted(run, attempt)), text);
  }

  private long pid(String run, String pod) {
    try {
      return Long.parseLong(
          Files.readString(out.resolve("objects/default/%s/pods/%s/pid".formatted(run, pod)))
              .split(" ", 2)[0]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void kill(String run, String pod) {
    ProcessHandle.of(pid(run, pod)).orElseThrow().destroyForcibly();
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String failure(RunResult result) {
    assertThat(result.verdict()).isInstanceOf(Verdict.Failed.class);
    return ((Verdict.Failed) result.verdict()).reason();
  }
}
