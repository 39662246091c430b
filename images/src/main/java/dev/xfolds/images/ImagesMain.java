package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./xfolds images}. */
@Command(
    name = "images",
    sortOptions = false,
    description =
        "Builds the container images of operator, trainer and evaluator as OCI archives, without a"
            + " container engine. The same build gives the same bytes.",
    footer = {
      "",
      "Exit code 0: done, 1: a tool, the disk or a registry failed, 2: wrong option.",
      "Example:",
      "  ./xfolds images --only trainer,evaluator --tag 1.0",
      "  ctr -n k8s.io images import target/images/xfolds-trainer-cpu.tar"
    })
public final class ImagesMain implements Callable<Integer> {

  private static final int USER_ERROR = 2;
  private static final int BUG = 1;
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "([a-zA-Z0-9-]+\\.[a-zA-Z0-9.-]+|localhost|\\[::1])(:\\d+)?/.+|[^/]+:\\d+/.+");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the archives (default: target/images).")
  private String output;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Tag of the images (default: the project's version).")
  private String tag;

  @Option(
      names = "--flavour",
      paramLabel = "NAME",
      description = "The trainer's libtorch: cpu (default), or cuda, fetched with Maven.")
  private String flavour;

  @Option(
      names = "--base",
      paramLabel = "IMAGE",
      description =
          "glibc image from a registry to build on (default: the libraries of this machine).")
  private String base;

  @Option(
      names = "--push",
      paramLabel = "PREFIX",
      description = "Also push to REGISTRY/PATH, as PREFIX/trainer:TAG, with Docker's credentials.")
  private String push;

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      description = "Some of operator,trainer,evaluator.")
  private String only;

  @Option(names = "--json", description = "Print the same as JSON.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli sets and reads it
  private boolean help;

  @Spec private CommandSpec spec;

  private ImagesMain() {}

  /** Exits with 0, with 2 for a mistake of the user's, with 1 for anything else. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, UTF_8);
    PrintWriter err = new PrintWriter(System.err, false, UTF_8);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new ImagesMain())
        .setCommandName("./xfolds images")
        .setUsageHelpWidth(80)
        .setUsageHelpAutoWidth(false)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(
            (e, all) -> {
              err.println("xfolds: " + e.getMessage() + " (see --help)");
              return USER_ERROR;
            })
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              if (e instanceof ImagesException told) {
                err.println("xfolds: " + told.getMessage());
                return told.exitCode();
              }
              e.printStackTrace(err);
              return BUG;
            })
        .execute(arguments);
  }

  @Override
  public Integer call() throws JsonProcessingException {
    BuildFacts facts = BuildFacts.load();
    Path home = Path.of(Optional.ofNullable(System.getenv("XFOLDS_HOME")).orElse(""));
    Images.Request request = request(home.toAbsolutePath(), facts);
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!machine.equals("Linux amd64")) {
      throw ImagesException.user("images are built on Linux amd64, this is " + machine);
    }
    PrintWriter err = spec.commandLine().getErr();
    Images images =
        new Images(
            home.toAbsolutePath(),
            Path.of(System.getProperty("java.home")),
            facts,
            line -> {
              err.println("xfolds: " + line);
              err.flush();
            });
    List<Images.Built> built = images.build(request);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(built));
    } else {
      table(built).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  static List<String> table(List<Images.Built> built) {
    int width = built.stream().mapToInt(image -> image.image().length()).max().orElse(0);
    String form = "%-" + Math.max(width, "image".length()) + "s  %8s  %-19s  %s";
    return Stream.concat(
            Stream.of(form.formatted("image", "MB", "digest", "file")),
            built.stream()
                .map(
                    image ->
                        form.formatted(
                            image.image(),
                            String.format(Locale.ROOT, "%.1f", image.size() / 1e6),
                            image.digest().substring(0, 19),
                            image.file())))
        .toList();
  }

  private Images.Request request(Path home, BuildFacts facts) {
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw wrong("--tag", "letters, digits, '.', '_' or '-', at most 120", tag);
    }
    if (base != null && !isReference(base)) {
      throw wrong("--base", "an image such as REGISTRY/PATH:TAG", base);
    }
    if (push != null && !(REGISTRY.matcher(push).matches() && isReference(push + "/trainer:1"))) {
      throw wrong("--push", "REGISTRY/PATH with a host name and without a tag", push);
    }
    return new Images.Request(
        components(),
        flavour == null ? Flavour.CPU : one("--flavour", Flavour.values(), Flavour::label, flavour),
        folder(home),
        tag == null ? facts.version() : tag,
        Optional.ofNullable(base),
        Optional.ofNullable(push));
  }

  private static boolean isReference(String name) {
    try {
      ImageReference.parse(name);
      return true;
    } catch (InvalidImageReferenceException e) {
      return false;
    }
  }

  private Path folder(Path home) {
    if (output == null) {
      return home.resolve("target/images");
    }
    try {
      Path folder = Path.of(output).toAbsolutePath().normalize();
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw wrong("--output", "a folder", output);
      }
      return folder;
    } catch (InvalidPathException e) {
      throw wrong("--output", "a folder", output);
    }
  }

  private Set<Component> components() {
    if (only == null) {
      return EnumSet.allOf(Component.class);
    }
    return Arrays.stream(only.split(",", -1))
        .map(name -> one("--only", Component.values(), Component::label, name))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Component.class)));
  }

  private <T> T one(String option, T[] values, Function<T, String> label, String given) {
    return Arrays.stream(values)
        .filter(value -> label.apply(value).equals(given))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    option,
                    "one of " + Arrays.stream(values).map(label).collect(Collectors.joining(", ")),
                    given));
  }

  private ParameterException wrong(String option, String expected, String given) {
    return new ParameterException(
        spec.commandLine(), "%s must be %s, was '%s'".formatted(option, expected, given));
  }
}
