package dev.xfolds.datasets.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.xfolds.datasets.DataException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands about data sets. */
@Command(
    name = "data",
    description = "Commands about data sets.",
    subcommands = InspectCommand.class,
    footer = {"", "Example:", "  ./xfolds data inspect FOLDER"})
public final class DataMain implements Runnable {

  /** The user's mistake. */
  private static final int USER_ERROR = 2;

  private static final int BUG = 1;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli sets and reads it
  private boolean help;

  @Spec private CommandSpec spec;

  private DataMain() {}

  /** Exits with 0, with 2 for a mistake of the user's, with 1 for one of ours. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, UTF_8);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new DataMain())
        .setCommandName("./xfolds data")
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (e, all) -> {
              err.println("xfolds: " + firstLine(e) + " (see --help)");
              return USER_ERROR;
            })
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof DataException) {
                err.println("xfolds: " + firstLine(e));
                return USER_ERROR;
              }
              e.printStackTrace(err);
              return BUG;
            })
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command, for example: inspect PATH");
  }

  /** A heading that ends with a colon takes the first of its lines along. */
  private static String firstLine(Exception e) {
    String[] lines = String.valueOf(e.getMessage()).split("\\R", -1);
    return lines[0].endsWith(":") && lines.length > 1 ? lines[0] + " " + lines[1] : lines[0];
  }
}
