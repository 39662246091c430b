package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ImageLayoutTest {

  private static final JavaRuntime RUNTIME =
      new JavaRuntime(Path.of("/w/java"), Path.of("/w/launcher"), Path.of("/w/libapplauncher.so"));
  private static final Path LAUNCHER_FILE = Path.of("/w/x.cfg");
  private static final ModuleFiles TRAINER =
      new ModuleFiles(
          Stream.of(
                  "/home/me/trainer/target/xfolds-trainer-1.jar",
                  "/m2/grpc-api-1.jar",
                  "/home/me/contract/target/xfolds-contract-1.jar",
                  "/m2/pytorch-engine-1.jar",
                  "/m2/pytorch-jni-2.jar",
                  "/m2/pytorch-native-cpu-2-linux-x86_64.jar")
              .map(Path::of)
              .toList());

  private static final QuarkusApplication OPERATOR =
      new QuarkusApplication(
          Path.of("/q"),
          List.of(
              "quarkus/generated-bytecode.jar",
              "app/xfolds-operator-1.jar",
              "lib/main/dev.xfolds.xfolds-contract-1.jar",
              "lib/main/io.grpc.grpc-api-1.jar"),
          List.of("--add-opens=java.base/java.nio=ALL-UNNAMED"));

  private static List<Layer> application(Component component, List<Layer.File> classPath) {
    return ImageLayout.application(
        component, classPath, LAUNCHER_FILE, Path.of("/w/archive"), RUNTIME);
  }

  private static List<String> targets(Layer layer) {
    return layer.files().stream().map(Layer.File::target).toList();
  }

  @Test
  void jarsOfOthersAreALayerOfTheirOwnAndNativeJarsAreInNone() {
    List<Layer> layers = application(Component.TRAINER, ImageLayout.classPath(TRAINER));
    assertThat(targets(layers.getFirst()))
        .containsExactly(
            "/opt/xfolds/lib/third-party/grpc-api-1.jar",
            "/opt/xfolds/lib/third-party/pytorch-engine-1.jar");
    assertThat(targets(layers.getLast()))
        .containsExactly(
            "/opt/xfolds/bin/trainer",
            "/opt/xfolds/lib/app/trainer.cfg",
            "/opt/xfolds/lib/app/trainer.jsa",
            "/opt/xfolds/lib/app/xfolds-contract-1.jar",
            "/opt/xfolds/lib/app/xfolds-trainer-1.jar");
  }

  @Test
  void launcherFileNamesClassPathMainClassAndOptionsButNoFolderOfTheBuild() {
    assertThat(
            ImageLayout.launcherFile(
                Component.TRAINER, ImageLayout.classPath(TRAINER), List.of("-Da=b")))
        .isEqualTo(
            """
            [Application]
            app.mainclass=dev.xfolds.trainer.cli.TrainerMain
            app.classpath=$ROOTDIR/lib/app/xfolds-trainer-1.jar
            app.classpath=$ROOTDIR/lib/app/xfolds-contract-1.jar
            app.classpath=$ROOTDIR/lib/third-party/grpc-api-1.jar
            app.classpath=$ROOTDIR/lib/third-party/pytorch-engine-1.jar

            [JavaOptions]
            java-options=-Da=b
            java-options=-XX:SharedArchiveFile=$ROOTDIR/lib/app/trainer.jsa
            java-options=-XX:MaxRAMPercentage=50
            java-options=-Duser.home=/tmp
            """);
  }

  @Test
  void librariesOfQuarkusAreALayerOfTheirOwn() {
    List<Layer> layers = application(Component.OPERATOR, ImageLayout.classPath(OPERATOR));
    assertThat(targets(layers.getFirst()))
        .containsExactly("/opt/xfolds/lib/third-party/lib/main/io.grpc.grpc-api-1.jar");
    assertThat(targets(layers.getLast()))
        .containsExactly(
            "/opt/xfolds/bin/operator",
            "/opt/xfolds/lib/app/app/xfolds-operator-1.jar",
            "/opt/xfolds/lib/app/lib/main/dev.xfolds.xfolds-contract-1.jar",
            "/opt/xfolds/lib/app/operator.cfg",
            "/opt/xfolds/lib/app/operator.jsa",
            "/opt/xfolds/lib/app/quarkus/generated-bytecode.jar");
  }

  @Test
  void operatorStartsWithoutTheOptionsOfDjlAndItsLogger() {
    List<String> options = ImageLayout.operatorOptions(BuildFacts.load().jvmArguments(), OPERATOR);
    assertThat(options)
        .contains("--add-opens=java.base/java.nio=ALL-UNNAMED", "-XX:TieredStopAtLevel=1")
        .anyMatch(option -> option.startsWith("--enable-native-access="))
        .noneMatch(option -> option.contains("slf4j") || option.contains("ai.djl"));
    assertThat(
            ImageLayout.launcherFile(Component.OPERATOR, ImageLayout.classPath(OPERATOR), options))
        .contains(
            "app.mainclass=io.quarkus.runner.GeneratedMain",
            "app.classpath=$ROOTDIR/lib/app/quarkus/generated-bytecode.jar");
  }

  @Test
  void classesToArchiveAreThoseOfEveryComponent() throws IOException {
    assertThat(ClassArchive.names())
        .contains(
            "java/lang/String",
            "dev/xfolds/trainer/cli/TrainerMain",
            "dev/xfolds/evaluator/cli/ServeMain",
            "io/quarkus/runner/GeneratedMain")
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[\\w/$.-]+"), "a name");
  }

  @Test
  void factsOfTheRootPomAreFilledIn() {
    BuildFacts facts = BuildFacts.load();
    assertThat(facts.toString()).doesNotContain("${");
    assertThat(facts.jvmArguments()).contains("-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true");
  }

  @Test
  void workingFolderIsNeverSearchedForLibraries() {
    for (Component component : Component.values()) {
      for (Flavour flavour : Flavour.values()) {
        assertThat(ImageLayout.environment(component, flavour).get("LD_LIBRARY_PATH"))
            .startsWith("/")
            .doesNotContain("::");
      }
    }
  }

  @Test
  void twoFilesInOnePlaceAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Layer(
                    "x",
                    List.of(
                        Layer.plain(Path.of("/a/j.jar"), "/lib/j.jar"),
                        Layer.plain(Path.of("/b/j.jar"), "/lib/j.jar"))))
        .withMessage("/lib/j.jar is both /a/j.jar and /b/j.jar");
  }

  @Test
  void librariesAreReadFromWhatLddPrints() {
    assertThat(
            SystemLibraries.parse(
                Path.of("libx.so"),
                """
                \tlinux-vdso.so.1 (0x00007fe6e360c000)
                \tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007fe6cde05000)
                \tlibcuda.so.1 => not found
                \t/lib64/ld-linux-x86-64.so.2 (0x00007fe6e360e000)
                """))
        .containsExactly(
            Path.of("/lib/x86_64-linux-gnu/libm.so.6"), Path.of("/lib64/ld-linux-x86-64.so.2"));
    assertThatExceptionOfType(ImagesException.class)
        .isThrownBy(
            () -> SystemLibraries.parse(Path.of("/w/libx.so"), "\tlibq.so.1 => not found\n"))
        .withMessage(
            "libx.so needs libq.so.1, which this machine lacks: install it, or name an image with"
                + " --base");
  }
}
