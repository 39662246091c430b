package dev.xfolds.operator.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point of the operator's commands. */
@Command(
    name = "./xfolds",
    description = "Trains and evaluates medical vision-language models.",
    subcommands = {RunCommand.class, PlanCommand.class, BenchCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class XfoldsMain {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  @SuppressWarnings("UnusedVariable") // picocli asks its own model for it
  private boolean help;

  private XfoldsMain() {}

  /** Ends the process with the command's exit code: 0 done, 1 bug, 2 the user's mistake. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new XfoldsMain()).setUsageHelpWidth(80).setUsageHelpAutoWidth(false);
  }
}
