package dev.xfolds.evaluator.cli;

import dev.xfolds.datasets.DataException;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.scorecard.Answers;
import dev.xfolds.evaluator.scorecard.Scorecard;
import dev.xfolds.evaluator.task.Task;
import dev.xfolds.evaluator.task.TaskData;
import dev.xfolds.evaluator.task.Tasks;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores a file of answers from any model. */
@Command(
    name = "score",
    description = "Scores a file of answers from any model.",
    footer = {
      "",
      "FILE is a JSON list of {\"qid\": 11, \"answer\": \"no\"}, or one such object a line.",
      "Protocols of vqa-rad@1: all-451, all-451-yes-no, freeform-308, mumc; what each",
      "counts, by which published rule: docs/protocols.md.",
      "",
      "Example:",
      "  ./xfolds score --task vqa-rad@1 --protocol mumc --predictions FILE"
    })
final class ScoreCommand implements Callable<Integer> {

  @Option(
      names = "--task",
      required = true,
      paramLabel = "NAME@VERSION",
      description = "vqa-rad@1, phantom-vqa@1 or phantom-retrieval@1")
  private String task;

  @Option(
      names = "--protocol",
      paramLabel = "NAME",
      description = "How to count; default: the task's first protocol")
  private String protocol;

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE",
      description = "The answers")
  private Path predictions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {"Folder of the data; default: XFOLDS_DATA,", "else ../shared/data"})
  private Path data;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  @Option(names = "--json", description = "Print JSON instead of a table")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Task wanted = Tasks.catalogue().find(task);
    Protocol rule = protocol == null ? wanted.protocols().getFirst() : wanted.protocol(protocol);
    TaskData loaded = load(wanted, data == null ? defaultData(System.getenv()) : data);
    List<String> answers = PredictionsFile.read(predictions, loaded, rule);
    Scorecard card = Scorecard.of(loaded, List.of(rule), Answers.of(answers));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(ScoreJson.of(loaded, rule, card));
    } else {
      ScoreTable.lines(loaded, rule, card).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  /** The task's data; what is missing is told with the way to say where it lies. */
  private static TaskData load(Task task, Path folder) {
    try {
      return task.loadQuestions(folder);
    } catch (DataException e) {
      throw task.isGenerated()
          ? e
          : new DataException(
              "%s (data of %s in %s: set XFOLDS_DATA or --data)"
                  .formatted(e.getMessage(), task.id(), folder),
              e);
    }
  }

  /** Empty is unset, as for {@code ./xfolds run}. */
  static Path defaultData(Map<String, String> environment) {
    String folder = environment.getOrDefault("XFOLDS_DATA", "");
    return Path.of(folder.isEmpty() ? "../shared/data" : folder);
  }
}
