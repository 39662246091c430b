package dev.xfolds.evaluator.cli;

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
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "FILE is a JSON list of {\"qid\": 11, \"answer\": \"no\"}, or one such object a line.",
      "",
      "Example:",
      "  ./xfolds score --task vqa-rad@1 --protocol mumc --predictions epoch_19.json"
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

  @Option(names = "--json", description = "Print JSON instead of a table")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Task wanted = Tasks.catalogue().find(task);
    Protocol rule = protocol == null ? wanted.protocols().getFirst() : wanted.protocol(protocol);
    TaskData loaded = wanted.loadQuestions(data == null ? defaultData(System.getenv()) : data);
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

  private static Path defaultData(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("XFOLDS_DATA", "../shared/data"));
  }
}
