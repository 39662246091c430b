package dev.xfolds.operator.local;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.plan.WorldSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Does the runs of one command, one after another, in the order of their initFrom. */
public final class LocalRunner {
  private static final Duration STALE_GRACE = Duration.ofSeconds(30);
  private static final int TAIL_LINES = 12;

  private final LocalContext context;

  public LocalRunner(LocalContext context) {
    this.context = context;
  }

  /**
   * Does what is not done yet. A failure of one run does not stop the others, except those that
   * start from it.
   *
   * @return a result for each run, in the order in which they ran
   * @throws LocalException if the output folder is in use
   */
  public List<RunResult> run(List<LocalRun> runs) throws IOException {
    List<LocalRun> ordered = RunOrder.of(runs);
    try (FolderLock _ = FolderLock.take(context.output().root(), ProcessHandle.current().pid())) {
      endStale();
      List<RunResult> inOrder = new ArrayList<>();
      for (LocalRun run : ordered) {
        inOrder.add(one(run, inOrder));
      }
      return inOrder;
    }
  }

  private RunResult one(LocalRun run, List<RunResult> earlier) {
    RunNames names = run.names();
    Path folder = context.output().objects(names);
    RunRecord record = RunRecord.empty(run.plan().getDigest(), context.clock().instant());
    try {
      record =
          RunRecord.read(folder)
              .filter(found -> found.planDigest().equals(run.plan().getDigest()))
              .map(RunRecord::afterInterruption)
              .orElse(record);
      if (record.complete() && filesExist(run, record)) {
        Verdict done = new Verdict.Succeeded();
        tell(run, record, done);
        return result(run, record, done, true, OptionalInt.empty(), trainerLog(names));
      }
      Optional<Verdict> obstacle = obstacle(run, earlier);
      if (obstacle.isPresent()) {
        tell(run, record, obstacle.get());
        return result(run, record, obstacle.get(), false, OptionalInt.empty(), trainerLog(names));
      }
      return supervise(run, folder, record);
    } catch (IOException | UncheckedIOException e) {
      Verdict failed =
          new Verdict.Failed(
              "Disk",
              "%s; the same command continues when the disk is well again"
                  .formatted(e.getMessage()),
              false);
      tell(run, record, failed);
      return result(run, record, failed, false, OptionalInt.empty(), trainerLog(names));
    } catch (LocalException e) {
      Verdict failed = new Verdict.Failed("Invalid", e.getMessage(), true);
      tell(run, record, failed);
      return result(run, record, failed, false, OptionalInt.empty(), trainerLog(names));
    }
  }

  private RunResult supervise(LocalRun run, Path folder, RunRecord before) throws IOException {
    Files.createDirectories(folder);
    RecordKeeper keeper = new RecordKeeper(context.listener(), folder, before);
    LocalContext recording = keeper.recording(context);
    RunSupervisor supervisor =
        new RunSupervisor(recording, run, before.attempts(), lastAttempt(run, before));
    Verdict verdict = supervisor.supervise();
    RunRecord record =
        new RunRecord(
            run.plan().getDigest(),
            verdict instanceof Verdict.Succeeded,
            context.clock().instant(),
            supervisor.attemptsSoFar(),
            supervisor.reports());
    record.write(folder);
    OptionalInt code =
        record.attempts().size() > before.attempts().size()
            ? record.attempts().getLast().exitCode()
            : OptionalInt.empty();
    return result(run, record, verdict, false, code, supervisor.log());
  }

  /** What keeps a run from starting. */
  private Optional<Verdict> obstacle(LocalRun run, List<RunResult> earlier) throws IOException {
    if (context.stop().requested()) {
      return Optional.of(new Verdict.Stopped("not started"));
    }
    RunPlan plan = run.plan();
    if (plan.getInitFrom().hasRun()) {
      String parent = plan.getInitFrom().getRun();
      Optional<RunResult> done =
          earlier.stream()
              .filter(
                  result ->
                      result.name().equals(parent)
                          && result.plan().getNamespace().equals(plan.getNamespace()))
              .findFirst();
      if (done.isPresent() && !done.get().complete()) {
        return Optional.of(
            done.get().verdict() instanceof Verdict.Stopped
                ? new Verdict.Stopped("not started")
                : new Verdict.Failed(
                    "InitFromFailed",
                    "spec.initFrom.run: %s failed, so this run was not started".formatted(parent),
                    done.get().verdict() instanceof Verdict.Failed failed
                        && failed.usersMistake()));
      }
      Path best = runFolder(run).resolveSibling(parent).resolve("checkpoints").resolve("best");
      if (done.isEmpty() && !Files.exists(best)) {
        return Optional.of(
            new Verdict.Failed(
                "Invalid",
                "spec.initFrom.run: %s is neither in the file nor finished in %s"
                    .formatted(parent, context.output().root()),
                true));
      }
    }
    return otherPlan(run);
  }

  /** The trainer refuses in the same cases; here it is told before anything starts. */
  private Optional<Verdict> otherPlan(LocalRun run) throws IOException {
    Path file = runFolder(run).resolve("plan.json");
    if (!Files.isRegularFile(file) || isEmpty(runFolder(run).resolve("checkpoints"))) {
      return Optional.empty();
    }
    return StoredPlan.continues(file, run.plan())
        ? Optional.empty()
        : Optional.of(
            new Verdict.Failed(
                "FolderInUse",
                "%s holds the run of another plan: change metadata.name, choose another --out, or delete it"
                    .formatted(runFolder(run)),
                true));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private boolean filesExist(LocalRun run, RunRecord record) {
    Path store = volumes(run).folder(run.settings().evaluatorClaim());
    return Files.exists(runFolder(run).resolve("finished.json"))
        && record.reports().stream()
            .allMatch(
                report ->
                    report.getReportPath().isEmpty()
                        || Files.exists(store.resolve(report.getReportPath())));
  }

  private int lastAttempt(LocalRun run, RunRecord record) throws IOException {
    int counted = record.attempts().stream().mapToInt(attempt -> attempt.number()).max().orElse(0);
    Path claimed = runFolder(run).resolve("attempt");
    if (!Files.isRegularFile(claimed)) {
      return counted;
    }
    String text = Files.readString(claimed).strip();
    return text.matches("[0-9]{1,9}") ? Math.max(counted, Integer.parseInt(text)) : counted;
  }

  /** A killed xfolds leaves processes that still write into the folder. */
  private void endStale() throws IOException {
    Path objects = context.output().allObjects();
    if (!Files.isDirectory(objects)) {
      return;
    }
    for (Path namespace : folders(objects)) {
      for (Path run : folders(namespace)) {
        for (Path pod : folders(run.resolve("pods"))) {
          ChildProcess.endStale(pod, STALE_GRACE)
              .ifPresent(
                  pid ->
                      context
                          .listener()
                          .note(
                              String.valueOf(run.getFileName()),
                              "ended process %d (%s) that an earlier xfolds left behind"
                                  .formatted(pid, pod.getFileName())));
        }
      }
    }
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, Files::isDirectory)) {
      entries.forEach(folders::add);
    }
    return folders;
  }

  private RunResult result(
      LocalRun run,
      RunRecord record,
      Verdict verdict,
      boolean recognised,
      OptionalInt exitCode,
      Path log) {
    Optional<FinishedTraining> finished = Optional.empty();
    Optional<Path> checkpoint = Optional.empty();
    Path folder = runFolder(run);
    try {
      finished = FinishedTraining.read(folder);
      Path best = folder.resolve("checkpoints").resolve("best");
      if (Files.isRegularFile(best)) {
        checkpoint = Optional.of(best.resolveSibling(Files.readString(best).strip()));
      }
    } catch (IOException e) {
      context.listener().note(run.plan().getName(), "files of the run cannot be read: " + e);
    }
    Path store = volumes(run).folder(run.settings().evaluatorClaim());
    List<Path> pages =
        record.reports().stream()
            .map(Report::getPagePath)
            .filter(path -> !path.isEmpty())
            .distinct()
            .map(store::resolve)
            .toList();
    return new RunResult(
        run.plan(),
        verdict,
        recognised,
        record.attempts().size(),
        record.wallSeconds(),
        exitCode,
        finished,
        record.reports(),
        new RunResult.RunFiles(folder, checkpoint, pages, folder.resolve("metrics.jsonl"), log),
        verdict instanceof Verdict.Failed ? LogTail.of(log, TAIL_LINES) : List.of());
  }

  private void tell(LocalRun run, RunRecord record, Verdict verdict) {
    context
        .listener()
        .observed(
            Observation.local(
                run.plan(),
                context.clock().instant(),
                record.attempts(),
                Ranks.absent(WorldSize.of(run.plan()).workers()),
                PodState.ABSENT,
                Optional.empty(),
                record.reports(),
                verdict));
  }

  private HostVolumes volumes(LocalRun run) {
    return context.volumes().with(run.plan(), run.settings(), context.output());
  }

  private Path runFolder(LocalRun run) {
    String claim = run.plan().getCheckpoint().getVolume();
    Path volume = volumes(run).folder(claim);
    return volume.resolve("runs").resolve(run.names().namespace()).resolve(run.plan().getName());
  }

  private Path trainerLog(RunNames names) {
    Path logs = context.output().logs(names);
    try (Stream<Path> files = Files.isDirectory(logs) ? Files.list(logs) : Stream.empty()) {
      return files
          .filter(file -> file.getFileName().toString().matches("trainer-[0-9]+\\.log"))
          .max(
              java.util.Comparator.comparingInt(
                  file -> Integer.parseInt(file.getFileName().toString().replaceAll("\\D", ""))))
          .orElse(logs.resolve("trainer-1.log"));
    } catch (IOException e) {
      return logs.resolve("trainer-1.log");
    }
  }
}
