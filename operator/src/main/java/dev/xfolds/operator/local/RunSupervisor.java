package dev.xfolds.operator.local;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.desired.DesiredState;
import dev.xfolds.operator.desired.ObjectYaml;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.desired.RunObjects;
import dev.xfolds.operator.desired.TrainerJob;
import dev.xfolds.operator.observe.Attempt;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.PodState;
import dev.xfolds.operator.observe.Ranks;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.RunClient;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.plan.WorldSize;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes one run from its plan to its reports: evaluator first, then attempts of the trainer until
 * one of them is the last.
 */
final class RunSupervisor {
  private static final Duration PROGRESS_DEADLINE = Duration.ofSeconds(2);
  private static final Duration REPORTS_TIMEOUT = Duration.ofMinutes(2);

  private final LocalContext context;
  private final LocalRun run;
  private final RunPlan plan;
  private final RunNames names;
  private final RunCertificates certificates;
  private final RunObjects objects;
  private final HostVolumes volumes;
  private final EvaluatorKeeper evaluator;
  private final List<Attempt> attempts = new ArrayList<>();
  private int lastAttempt;
  private TrainerRanks trainer;
  private Optional<RunProgress> progress = Optional.empty();
  private List<Report> reports = List.of();
  private Path failureLog;

  /**
   * Prepares a run; nothing is started.
   *
   * @param earlier attempts of earlier commands, oldest first
   * @param lastAttempt highest number that was ever given
   */
  RunSupervisor(LocalContext context, LocalRun run, List<Attempt> earlier, int lastAttempt) {
    this.context = context;
    this.run = run;
    this.plan = run.plan();
    this.names = run.names();
    this.attempts.addAll(earlier);
    this.lastAttempt = lastAttempt;
    this.certificates =
        context.issuer().issue(names.run(), names.dnsNames(TRAINER), names.dnsNames(EVALUATOR));
    this.objects = DesiredState.of(plan, certificates, run.settings());
    this.volumes = context.volumes().with(plan, run.settings(), context.output());
    this.evaluator = new EvaluatorKeeper(context, names, objects, certificates, volumes);
  }

  /** Runs to the end, or until it is asked to stop. No process of the run is left afterwards. */
  Verdict supervise() throws IOException {
    Path folder = context.output().objects(names);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("objects.yaml"), ObjectYaml.of(withoutSecrets(objects)));
    Verdict verdict = new Verdict.Undecided();
    try {
      evaluator.start();
      verdict = attempts();
    } finally {
      if (trainer != null) {
        trainer.terminate();
      }
      evaluator.close();
      publish(verdict);
    }
    return verdict;
  }

  List<Attempt> attemptsSoFar() {
    return List.copyOf(attempts);
  }

  List<Report> reports() {
    return reports;
  }

  /** Of what failed, or of the last trainer. */
  Path log() {
    return failureLog != null ? failureLog : trainer != null ? trainer.log() : evaluator.log();
  }

  private Verdict attempts() throws IOException {
    List<Integer> codes = new ArrayList<>();
    while (true) {
      Optional<Verdict> early = untilEvaluatorIsReady();
      if (early.isPresent()) {
        return early.get();
      }
      startTrainer();
      Optional<Verdict.Failed> evaluatorFailed = untilTrainerEnds();
      int code = trainer.end(context.stop().requested() || evaluatorFailed.isPresent());
      tellWarnings();
      attempts.set(
          attempts.size() - 1,
          attempts.getLast().ended(context.clock().instant(), code, reason(code)));
      if (evaluatorFailed.isPresent()) {
        failureLog = evaluator.log();
        return evaluatorFailed.get();
      }
      if (context.stop().requested() && code != ExitCode.DONE_VALUE) {
        return stopped(code);
      }
      if (code == ExitCode.STOPPED_VALUE && !trainer.isMute()) {
        context.listener().note(names.run(), "trainer was stopped from outside, starts again");
        if (context.stop().await(context.restarts().delay(1))) {
          return stopped(code);
        }
        continue;
      }
      codes.add(code);
      switch (context.restarts().decide(codes)) {
        case RestartPolicy.Decision.Done() -> {
          return collectReports();
        }
        case RestartPolicy.Decision.GiveUp(String reason, String message, boolean users) -> {
          failureLog = trainer.log();
          return new Verdict.Failed(reason, "the trainer failed: " + message + why(), users);
        }
        case RestartPolicy.Decision.Restart(Duration after, String reason) -> {
          String message =
              "%s ended with exit code %d (%s), restart %d of %d in %d s"
                      .formatted(
                          trainer.who(),
                          code,
                          reason,
                          codes.size(),
                          context.restarts().maxRestarts(),
                          after.toSeconds())
                  + why();
          context.listener().note(names.run(), message);
          publish(new Verdict.BackingOff(codes.size(), context.restarts().maxRestarts(), message));
          if (context.stop().await(after)) {
            return stopped(code);
          }
        }
      }
    }
  }

  /** Not empty if the run ends before a trainer was started. */
  private Optional<Verdict> untilEvaluatorIsReady() throws IOException {
    while (evaluator.wanted() && evaluator.state() != PodState.READY) {
      Optional<Verdict.Failed> failed = evaluator.look();
      if (failed.isPresent()) {
        failureLog = evaluator.log();
        return Optional.of(failed.get());
      }
      publish(new Verdict.Undecided());
      if (evaluator.state() != PodState.READY && context.stop().awaitNews(context.poll())) {
        break;
      }
    }
    return context.stop().requested()
        ? Optional.of(new Verdict.Stopped("stopped before training began"))
        : Optional.empty();
  }

  private void startTrainer() throws IOException {
    lastAttempt++;
    Job job = TrainerJob.of(plan, run.settings(), lastAttempt, lastAttempt);
    Files.writeString(
        context.output().objects(names).resolve("trainer-job.yaml"), ObjectYaml.of(List.of(job)));
    trainer =
        TrainerRanks.start(context, plan, objects, volumes, job, lastAttempt, evaluator.services());
    attempts.add(Attempt.started(lastAttempt, context.clock().instant()));
    publish(new Verdict.Undecided());
  }

  /**
   * Watches trainer and evaluator until the trainer ends or must be ended; not empty if the
   * evaluator is lost for good.
   */
  private Optional<Verdict.Failed> untilTrainerEnds() throws IOException {
    try (RunClient client =
        RunClient.connect("127.0.0.1", trainer.progressPort(), certificates, PROGRESS_DEADLINE)) {
      while (!trainer.isOver() && !context.stop().awaitNews(context.poll())) {
        Optional<Verdict.Failed> failed = evaluator.look();
        if (failed.isPresent()) {
          return failed;
        }
        tellWarnings();
        if (!trainer.healthy()) {
          context
              .listener()
              .note(names.run(), trainer.who() + " does not answer its probes, ends it");
          return Optional.empty();
        }
        PodState first = trainer.states().first();
        if (first != PodState.STARTING && first != PodState.ENDED) {
          Optional<RunProgress> latest = client.progress().join();
          progress = latest.isPresent() ? latest : progress;
        }
        publish(new Verdict.Undecided());
      }
      return Optional.empty();
    }
  }

  private Verdict collectReports() throws IOException {
    List<String> tasks = plan.getEvaluationsList().stream().map(EvaluationPlan::getTask).toList();
    Instant deadline = context.clock().instant().plus(REPORTS_TIMEOUT);
    while (context.clock().instant().isBefore(deadline)) {
      Optional<Verdict.Failed> failed = evaluator.look();
      if (failed.isPresent()) {
        failureLog = evaluator.log();
        return failed.get();
      }
      Optional<List<Report>> listed = evaluator.reports();
      if (listed.isPresent()) {
        reports = listed.get();
        List<String> missing =
            tasks.stream()
                .filter(task -> reports.stream().noneMatch(r -> r.getTask().equals(task)))
                .toList();
        return missing.isEmpty()
            ? new Verdict.Succeeded()
            : new Verdict.Failed(
                "ReportMissing",
                "the trainer ended with exit code 0, but the evaluator has no report on "
                    + String.join(", ", missing),
                false);
      }
      if (context.stop().await(context.poll())) {
        return stopped(ExitCode.DONE_VALUE);
      }
    }
    failureLog = evaluator.log();
    return new Verdict.Failed(
        "EvaluatorSilent",
        "the evaluator did not list its reports within %d s".formatted(REPORTS_TIMEOUT.toSeconds()),
        false);
  }

  private void tellWarnings() throws IOException {
    trainer
        .warnings()
        .forEach(warning -> context.listener().note(names.run(), "warning: " + warning));
  }

  /** One word for the end of an attempt. */
  private String reason(int code) {
    return trainer.isMute() && code != ExitCode.DONE_VALUE
        ? "Unresponsive"
        : RestartPolicy.reason(code);
  }

  /** Why we ended the trainer, and what it said last, as the end of a sentence. */
  private String why() {
    return (trainer.isMute() ? ": it did not answer its probes and was ended" : "")
        + LogWatch.reason(trainer.log(), TRAINER).map(reason -> ": " + reason).orElse("");
  }

  private Verdict stopped(int code) {
    return new Verdict.Stopped(
        code == ExitCode.STOPPED_VALUE || code == ExitCode.DONE_VALUE
            ? "stopped on request, checkpoint written"
            : "stopped on request (exit code %d): continues from the last checkpoint"
                .formatted(code));
  }

  private void publish(Verdict verdict) {
    context
        .listener()
        .observed(
            Observation.local(
                plan,
                context.clock().instant(),
                attempts,
                trainer == null ? Ranks.absent(WorldSize.of(plan).workers()) : trainer.states(),
                evaluator.state(),
                progress,
                reports,
                verdict));
  }

  private static List<HasMetadata> withoutSecrets(RunObjects objects) {
    return objects.inOrder().stream().filter(object -> !(object instanceof Secret)).toList();
  }
}
