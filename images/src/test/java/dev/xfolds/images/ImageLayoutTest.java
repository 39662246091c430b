package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  private static List<String> targets(Layer layer) {
    return layer.files().stream().map(Layer.File::target).toList();
  }

  @Test
  void jarsOfOthersAreALayerOfTheirOwnAndNativeJarsAreInNone() {
    assertThat(targets(ImageLayout.thirdParty(TRAINER)))
        .containsExactly(
            "/opt/xfolds/lib/third-party/grpc-api-1.jar",
            "/opt/xfolds/lib/third-party/pytorch-engine-1.jar");
    assertThat(targets(ImageLayout.ours(Component.TRAINER, TRAINER, LAUNCHER_FILE, RUNTIME)))
        .containsExactly(
            "/opt/xfolds/bin/trainer",
            "/opt/xfolds/lib/app/trainer.cfg",
            "/opt/xfolds/lib/app/xfolds-contract-1.jar",
            "/opt/xfolds/lib/app/xfolds-trainer-1.jar");
  }

  @Test
  void launcherFileNamesClassPathMainClassAndOptionsButNoFolderOfTheBuild() {
    assertThat(ImageLayout.launcherFile(Component.TRAINER, TRAINER, List.of("-Da=b")))
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
            java-options=-XX:MaxRAMPercentage=50
            java-options=-Duser.home=/tmp
            """);
  }

  @Test
  void librariesOfQuarkusAreALayerOfTheirOwn() {
    List<Layer> layers =
        ImageLayout.operator(
            Map.of(
                "quarkus-run.jar", Path.of("/q/quarkus-run.jar"),
                "lib/main/io.grpc.grpc-api-1.jar", Path.of("/q/a.jar"),
                "lib/main/dev.xfolds.xfolds-contract-1.jar", Path.of("/q/c.jar")),
            LAUNCHER_FILE,
            RUNTIME);
    assertThat(targets(layers.getFirst()))
        .containsExactly("/opt/xfolds/operator/lib/main/io.grpc.grpc-api-1.jar");
    assertThat(targets(layers.getLast()))
        .contains(
            "/opt/xfolds/bin/operator",
            "/opt/xfolds/operator/lib/main/dev.xfolds.xfolds-contract-1.jar",
            "/opt/xfolds/operator/quarkus-run.jar");
  }

  @Test
  void operatorStartsWithoutTheOptionsOfDjlAndItsLogger() {
    assertThat(ImageLayout.operatorLauncherFile(BuildFacts.load().jvmArguments()))
        .contains(
            "app.mainjar=$ROOTDIR/operator/quarkus-run.jar",
            "--enable-native-access=",
            "-XX:TieredStopAtLevel=1")
        .doesNotContain("slf4j", "ai.djl");
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
