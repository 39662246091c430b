package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds an evaluator's image of two checkouts with a program of ours in the evaluator's place. */
class ImagesIT {

  private static final String PROGRAM =
      """
      package dev.xfolds.evaluator.cli;
      public final class ServeMain {
        public static void main(String[] arguments) throws Exception {
          if (arguments[0].equals("wait")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(12)));
            System.out.println("waiting");
            Thread.sleep(600_000);
          }
          System.out.println(System.getProperty("user.home"));
          System.exit(Integer.parseInt(arguments[0]));
        }
      }
      """;

  private static final BuildFacts FACTS = BuildFacts.load();

  @TempDir private static Path folder;
  private static Images.Built first;
  private static Images.Built second;
  private static Path archive;

  @BeforeAll
  static void buildTwice() throws IOException {
    first = build(folder.resolve("one"));
    second = build(folder.resolve("elsewhere/two"));
    archive = Files.createDirectories(folder.resolve("archive"));
    Tool.run(List.of("tar", "-xf", first.file(), "-C", archive.toString()), Map.of());
  }

  private static Images.Built build(Path checkout) throws IOException {
    Path target = Files.createDirectories(checkout.resolve("evaluator/target"));
    Path source = Files.writeString(target.resolve("ServeMain.java"), PROGRAM);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", target.resolve("classes").toString(), source.toString());
    assertThat(code).isZero();
    String name = "dev/xfolds/evaluator/cli/ServeMain.class";
    jar(target.resolve("xfolds-evaluator-1.jar"), name, target.resolve("classes/" + name));
    jar(checkout.resolve("lib-1.jar"), "some.txt", source);
    Files.writeString(target.resolve("class-path"), checkout.resolve("lib-1.jar").toString());
    return images(checkout).build(request(checkout, Set.of(Component.EVALUATOR))).getFirst();
  }

  private static void jar(Path jar, String name, Path content) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      JarEntry entry = new JarEntry(name);
      entry.setTime(0);
      out.putNextEntry(entry);
      out.write(Files.readAllBytes(content));
    }
  }

  private static Images images(Path checkout) {
    return new Images(checkout, Path.of(System.getProperty("java.home")), FACTS, line -> {});
  }

  private static Images.Request request(Path checkout, Set<Component> components) {
    return new Images.Request(
        components,
        Flavour.CPU,
        checkout.resolve("out"),
        "1.0",
        Optional.empty(),
        Optional.empty());
  }

  private static JsonNode json(String digest) throws IOException {
    return new ObjectMapper()
        .readTree(archive.resolve("blobs/sha256").resolve(digest.substring(7)).toFile());
  }

  private static List<Path> layers() throws IOException {
    List<Path> layers = new ArrayList<>();
    for (JsonNode layer : json(first.digest()).get("layers")) {
      layers.add(
          archive.resolve("blobs/sha256").resolve(layer.get("digest").asText().substring(7)));
    }
    return layers;
  }

  @Test
  void twoCheckoutsGiveTheSameBytes() throws IOException {
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(Files.mismatch(Path.of(first.file()), Path.of(second.file()))).isEqualTo(-1);
  }

  @Test
  void onlyTheArchiveIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("one/out"))) {
      assertThat(left).containsExactly(Path.of(first.file()));
    }
  }

  @Test
  void indexNamesTheImageWithAHost() throws IOException {
    JsonNode manifest =
        new ObjectMapper().readTree(archive.resolve("index.json").toFile()).get("manifests").get(0);
    assertThat(manifest.get("digest").asText()).isEqualTo(first.digest());
    assertThat(manifest.at("/annotations/org.opencontainers.image.ref.name").asText())
        .isEqualTo("localhost/xfolds/evaluator:1.0");
  }

  @Test
  void configurationHasANumericUserAndTheCommandOfPods() throws IOException {
    JsonNode configuration = json(json(first.digest()).at("/config/digest").asText());
    assertThat(configuration.at("/config/User").asText()).isEqualTo("65532:0");
    assertThat(configuration.at("/config/Entrypoint/0").asText())
        .isEqualTo("/opt/xfolds/bin/evaluator");
    assertThat(configuration.get("os").asText()).isEqualTo("linux");
    assertThat(configuration.get("architecture").asText()).isEqualTo("amd64");
    assertThat(configuration.toString()).doesNotContain(folder.toString());
  }

  @Test
  void filesBelongToRootAndNobodyMayWriteThem() throws IOException {
    for (Path layer : layers()) {
      String listing =
          Tool.run(
              List.of(
                  "tar",
                  "-tvzf",
                  layer.toString(),
                  "--numeric-owner",
                  "--warning=no-unknown-keyword"),
              Map.of());
      assertThat(listing.lines())
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).matches("([d-]r-xr-xr-x|-r--r--r--) 0/0 .*"))
          .noneSatisfy(line -> assertThat(line).contains("src.zip"))
          .noneSatisfy(line -> assertThat(line).containsPattern("/man/|\\.debuginfo"));
    }
  }

  /** A container's root. */
  private static final class Root implements AutoCloseable {
    private final Path folder;

    Root(String name) throws IOException {
      folder = Files.createDirectories(ImagesIT.folder.resolve(name));
      for (Path layer : layers()) {
        Tool.run(List.of("tar", "-xzf", layer.toString(), "-C", folder.toString()), Map.of());
      }
    }

    Path resolve(String path) {
      return folder.resolve(path);
    }

    @Override
    public void close() {
      Tool.run(List.of("chmod", "-R", "u+w", folder.toString()), Map.of());
    }
  }

  @Test
  void classesComeFromTheArchive() throws IOException {
    try (Root root = new Root("with-archive")) {
      String loaded =
          Tool.run(
              List.of(root.resolve("opt/xfolds/bin/evaluator").toString(), "0"),
              // on: it does not start without
              Map.of("JAVA_TOOL_OPTIONS", "-Xshare:on -Xlog:class+load"));
      assertThat(loaded.lines())
          .anyMatch(line -> line.matches(".*evaluator.cli.ServeMain source: shared .*"));
    }
  }

  @Test
  void launcherRunsFromTheImagesOwnFilesAndPassesCodesAndSignals()
      throws IOException, InterruptedException {
    try (Root root = new Root("root")) {
      String launcher = root.resolve("opt/xfolds/bin/evaluator").toString();
      assertThat(Files.readString(root.resolve("opt/xfolds/lib/app/evaluator.cfg")))
          .doesNotContain(folder.toString());
      for (int code : new int[] {0, 1, 2, 10, 11, 12}) {
        Process process = new ProcessBuilder(launcher, Integer.toString(code)).start();
        assertThat(process.inputReader().readLine()).isEqualTo("/tmp");
        assertThat(process.waitFor()).isEqualTo(code);
      }
      Process waiting = new ProcessBuilder(launcher, "wait").start();
      try {
        assertThat(waiting.inputReader().readLine()).isEqualTo("waiting");
        waiting.destroy(); // SIGTERM
        assertThat(waiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.exitValue()).isEqualTo(12);
      } finally {
        waiting.destroyForcibly();
      }
    }
  }

  @Test
  void operatorThatIsNotBuiltIsTold() {
    Path checkout = folder.resolve("one");
    assertThatExceptionOfType(ImagesException.class)
        .isThrownBy(() -> images(checkout).build(request(checkout, Set.of(Component.OPERATOR))))
        .withMessage(
            "the operator's image needs %s/operator/target/quarkus-app/quarkus-run.jar, which this"
                    .formatted(checkout)
                + " build has not made: name the others with --only trainer,evaluator")
        .matches(e -> e.exitCode() == 2);
  }
}
