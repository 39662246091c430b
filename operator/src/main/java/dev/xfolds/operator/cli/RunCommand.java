package dev.xfolds.operator.cli;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.operator.api.ResourcesSpec;
import dev.xfolds.operator.api.TrainingRunFile;
import dev.xfolds.operator.api.TrainingRunSpec;
import dev.xfolds.operator.desired.ClusterSettings;
import dev.xfolds.operator.desired.PodResources;
import dev.xfolds.operator.local.DataPaths;
import dev.xfolds.operator.local.HostVolumes;
import dev.xfolds.operator.local.LocalContext;
import dev.xfolds.operator.local.LocalException;
import dev.xfolds.operator.local.LocalRun;
import dev.xfolds.operator.local.LocalRunner;
import dev.xfolds.operator.local.ModuleImages;
import dev.xfolds.operator.local.OutputFolder;
import dev.xfolds.operator.local.RunResult;
import dev.xfolds.operator.local.StopSignal;
import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.observe.Verdict;
import dev.xfolds.operator.plan.FilePlan;
import dev.xfolds.operator.plan.Options;
import dev.xfolds.operator.plan.PlannedRun;
import dev.xfolds.operator.plan.Profiles;
import dev.xfolds.operator.tls.CertificateIssuer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains and evaluates the TrainingRuns of a file on this machine. */
@Command(
    name = "run",
    description = "Trains and evaluates the TrainingRuns of a file on this machine.",
    sortOptions = false,
    footer = {
      "",
      "The same command continues what was stopped and recognises what is done.",
      "Ctrl-C writes a checkpoint and stops (exit code 130). Exit code 2: the user's",
      "mistake, 1: a run failed.",
      "Examples:",
      "  ./xfolds run manifests/samples/quickstart.yaml",
      "  ./xfolds run manifests/samples/vqa-rad.yaml --volume xfolds-data=DIR"
    })
public final class RunCommand implements Callable<Integer> {
  private static final Duration CERTIFICATE_LIFETIME = Duration.ofDays(90);
  private static final Duration POLL = Duration.ofMillis(400);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "YAML with one TrainingRun or several.")
  private Path file;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Checkpoints, reports, logs (default: runs).")
  private Path out;

  @Option(
      names = "--volume",
      paramLabel = "NAME=DIR",
      description = {
        "Folder of a volume that the file names, once each;",
        "xfolds-data is $XFOLDS_DATA or ../shared/data."
      })
  private Map<String, Path> volumes = new LinkedHashMap<>();

  @Option(names = "--json", description = "The result as JSON; progress goes to stderr.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  @Override
  public Integer call() throws IOException {
    PrintWriter output = spec.commandLine().getOut();
    PrintWriter errors = spec.commandLine().getErr();
    Map<String, String> environment = System.getenv();
    Path home = Path.of(environment.getOrDefault("XFOLDS_HOME", "")).toAbsolutePath();
    HostVolumes hostVolumes = hostVolumes(environment, home);
    FilePlan plan = FilePlan.of(TrainingRunFile.load(file), Options.DEFAULT);
    List<String> problems = new ArrayList<>(plan.problems());
    for (PlannedRun run : plan.runs()) {
      String name = run.plan().getName();
      gpus(run).ifPresent(problem -> problems.add(name + ": " + problem));
      DataPaths.problems(run.plan(), hostVolumes)
          .forEach(problem -> problems.add(name + ": " + problem));
    }
    plan.warnings().forEach(errors::println);
    plan.runs()
        .forEach(
            run ->
                run.warnings()
                    .forEach(w -> errors.println(run.plan().getName() + ": warning: " + w)));
    plan.runs().stream()
        .filter(RunCommand::hasClusterFields)
        .forEach(
            run ->
                errors.println(
                    run.plan().getName()
                        + ": warning: spec.scheduling, spec.failurePolicy and"
                        + " spec.budget.deadlineSeconds mean nothing on one machine"));
    if (!problems.isEmpty()) {
      problems.forEach(errors::println);
      errors.flush();
      return ExitCode.INVALID_VALUE;
    }
    errors.flush();
    return run(plan.runs(), hostVolumes, home, environment, output, errors);
  }

  private static boolean hasClusterFields(PlannedRun run) {
    TrainingRunSpec spec = run.run().getSpec();
    return spec.scheduling() != null
        || spec.failurePolicy() != null
        || (spec.budget() != null && spec.budget().deadlineSeconds() != null);
  }

  /** A plan for GPUs would be trained on this processor, and accounted as if on GPUs. */
  static Optional<String> gpus(PlannedRun run) {
    return run.profile().gpusPerNode() == 0
        ? Optional.empty()
        : Optional.of(
            ("spec.resources.profile must be %s with ./xfolds run: this machine trains on its"
                    + " processor, was \"%s\"; ./xfolds plan tells the time on it")
                .formatted(Profiles.DEFAULT, run.profile().name()));
  }

  private int run(
      List<PlannedRun> planned,
      HostVolumes hostVolumes,
      Path home,
      Map<String, String> environment,
      PrintWriter output,
      PrintWriter errors) {
    List<LocalRun> runs = planned.stream().map(RunCommand::localRun).toList();
    boolean terminal = !json && isTerminal();
    ProgressView view =
        new ProgressView(
            json ? errors : output,
            terminal,
            runs.stream().map(run -> run.plan().getName()).toList());
    StopSignal stop = new StopSignal();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        Interruption interruption = Interruption.listen(stop, view)) {
      LocalContext context =
          new LocalContext(
              new OutputFolder(out),
              hostVolumes,
              new ModuleImages(home, Path.of(System.getProperty("java.home"))),
              new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), CERTIFICATE_LIFETIME),
              RestartPolicy.ofOneMachine(),
              stop,
              view,
              Clock.systemUTC(),
              http,
              environment,
              POLL);
      List<RunResult> results = new LocalRunner(context).run(runs);
      view.end();
      print(results, output);
      return interruption.requested() ? Interruption.EXIT_CODE : exitCode(results);
    } catch (LocalException e) {
      errors.println("xfolds run: " + e.getMessage());
      errors.flush();
      return ExitCode.INVALID_VALUE;
    } catch (IOException e) {
      errors.println("xfolds run: output folder %s: %s".formatted(out, e));
      errors.flush();
      return ExitCode.INVALID_VALUE;
    }
  }

  /** Input and output both; the JDK has no console object when one of them is redirected. */
  @SuppressWarnings("SystemConsoleNull") // error-prone knows JDK 22 to 24, which always had one
  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  private void print(List<RunResult> results, PrintWriter output) {
    if (json) {
      output.println(RunJson.of(results));
    } else {
      new RunText(Path.of("").toAbsolutePath()).of(results).forEach(output::println);
      if (results.stream().anyMatch(result -> result.verdict() instanceof Verdict.Stopped)) {
        output.println();
        output.println("Stopped. The same command continues from the last checkpoint.");
      }
    }
    output.flush();
  }

  /** 0 if every run is complete; 2 if only the user can remove what failed; otherwise 1. */
  static int exitCode(List<RunResult> results) {
    List<RunResult> undone = results.stream().filter(result -> !result.complete()).toList();
    if (undone.isEmpty()) {
      return ExitCode.DONE_VALUE;
    }
    boolean users =
        undone.stream()
            .allMatch(
                result ->
                    result.verdict() instanceof Verdict.Failed failed && failed.usersMistake());
    return users ? ExitCode.INVALID_VALUE : ExitCode.BUG_VALUE;
  }

  private HostVolumes hostVolumes(Map<String, String> environment, Path home) {
    Map<String, Path> folders = new TreeMap<>(volumes);
    String data = environment.getOrDefault("XFOLDS_DATA", "");
    folders.putIfAbsent(
        HostVolumes.DATA_VOLUME, data.isEmpty() ? home.resolve("../shared/data") : Path.of(data));
    return new HostVolumes(folders);
  }

  /** A run has an identity of its own here too: the same namespace and name are the same run. */
  private static LocalRun localRun(PlannedRun run) {
    String name = run.plan().getNamespace() + "/" + run.plan().getName();
    UUID uid = UUID.nameUUIDFromBytes(("local:" + name).getBytes(StandardCharsets.UTF_8));
    ResourcesSpec resources = run.run().getSpec().resources();
    String cpu = resources == null || resources.cpu() == null ? "" : resources.cpu();
    String memory = resources == null || resources.memory() == null ? "" : resources.memory();
    return new LocalRun(
        run.plan().toBuilder().setUid(uid.toString()).build(),
        ClusterSettings.ofOneMachine().withTrainer(new PodResources(cpu, memory, 0, "")));
  }
}
