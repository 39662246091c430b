package dev.xfolds.evaluator.cli;

import dev.xfolds.datasets.DataException;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The evaluator's process. */
@Command(
    name = "./xfolds",
    description = "Scores answers of models.",
    subcommands = {ScoreCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class EvaluatorMain {

  private static final int USER_ERROR = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  private EvaluatorMain() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** With the user's mistakes as one line on standard error and exit code 2. */
  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new EvaluatorMain());
    commandLine.setUsageHelpWidth(80);
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          PrintWriter err = command.getErr();
          return switch (failure) {
            case DataException mistake -> told(err, mistake);
            case UnknownNameException mistake -> told(err, mistake);
            default -> {
              failure.printStackTrace(err);
              yield 1;
            }
          };
        });
    return commandLine;
  }

  private static int told(PrintWriter err, RuntimeException mistake) {
    err.println(mistake.getMessage());
    err.flush();
    return USER_ERROR;
  }
}
