package dev.xfolds.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModuleImagesIT {
  private static final List<String> COMMAND = List.of("/opt/xfolds/bin/trainer");

  @TempDir private Path home;

  @Test
  void flagsAreThoseOfTheRootPom() throws IOException {
    Path root = Path.of(System.getProperty("xfolds.root", ".."));
    assertThat(Files.readString(root.resolve("pom.xml")))
        .contains(
            "<xfolds.jvm.args>" + String.join(" ", ModuleImages.JVM_FLAGS) + "</xfolds.jvm.args>");
  }

  @Test
  void imageIsTheModulesJarWithItsClassPath() throws IOException {
    Path target = Files.createDirectories(home.resolve("trainer/target"));
    Files.writeString(target.resolve("class-path"), "/lib/a.jar:/lib/b.jar\n");
    Path jar = Files.createFile(target.resolve("xfolds-trainer-1.jar"));
    assertThat(
            new ModuleImages(home, Path.of("/jdk"))
                .command("xfolds/trainer:local", COMMAND, 2L << 30))
        .startsWith("/jdk/bin/java", "--enable-native-access=ALL-UNNAMED")
        .endsWith(
            "-Xmx1024m",
            "-cp",
            jar + ":/lib/a.jar:/lib/b.jar",
            "dev.xfolds.trainer.cli.TrainerMain");
  }

  @Test
  void moduleThatIsNotBuiltSaysWhatToDo() {
    assertThatThrownBy(
            () ->
                new ModuleImages(home, Path.of("/jdk"))
                    .command("xfolds/trainer:local", COMMAND, 1L << 30))
        .isInstanceOf(LocalException.class)
        .hasMessageContaining("module trainer is not built: run ./xfolds build");
  }
}
