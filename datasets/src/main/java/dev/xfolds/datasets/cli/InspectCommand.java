package dev.xfolds.datasets.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.xfolds.datasets.inspect.InspectFormat;
import dev.xfolds.datasets.inspect.Inspection;
import dev.xfolds.datasets.inspect.Inspector;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a data set holds. */
@Command(
    name = "inspect",
    description =
        "Says what a data set holds: counts, splits, modalities, answer types, duplicates, overlap"
            + " between splits, unreadable files. Reads every image.",
    footer = {
      "",
      "FORMAT: vqa-rad, vqa-med-2019, slake, captions-csv, captions-jsonl, images.",
      "",
      "Examples:",
      "  ./xfolds data inspect FOLDER",
      "  ./xfolds data inspect --json FILE.csv"
    })
final class InspectCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "PATH",
      description = "A data set's folder, an annotation file, or a folder of images.")
  private String path;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "What lies there; default: recognised.")
  private String format;

  @Option(names = "--json", description = "Print the facts as JSON instead of a table.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli sets and reads it
  private boolean help;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    Inspection inspection = Inspector.inspect(path(), format());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(inspection));
    } else {
      InspectionTable.lines(inspection).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private Path path() {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new ParameterException(spec.commandLine(), "PATH must be a path, was " + path, e);
    }
  }

  private Optional<InspectFormat> format() {
    if (format == null) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(InspectFormat.values())
            .filter(known -> known.label().equals(format))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "--format must be one of %s, was %s"
                            .formatted(
                                Arrays.stream(InspectFormat.values())
                                    .map(InspectFormat::label)
                                    .collect(Collectors.joining(", ")),
                                format))));
  }
}
