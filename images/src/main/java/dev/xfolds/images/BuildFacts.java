package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/**
 * What the root pom says.
 *
 * @param version of the project, the images' default tag
 * @param created time in every image: the same build gives the same bytes
 * @param jvmArguments {@code xfolds.jvm.args}
 * @param libtorch version of libtorch
 * @param dependencyPlugin version of Maven's plugin that fetches a jar
 */
record BuildFacts(
    String version,
    Instant created,
    List<String> jvmArguments,
    String libtorch,
    String dependencyPlugin) {

  BuildFacts {
    jvmArguments = List.copyOf(jvmArguments);
  }

  static BuildFacts load() {
    Properties properties = new Properties();
    try (InputStream in = BuildFacts.class.getResourceAsStream("build.properties")) {
      properties.load(new InputStreamReader(in, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildFacts(
        properties.getProperty("version"),
        Instant.parse(properties.getProperty("created")),
        List.of(properties.getProperty("jvm-args").strip().split("\\s+")),
        properties.getProperty("libtorch"),
        properties.getProperty("dependency-plugin"));
  }
}
