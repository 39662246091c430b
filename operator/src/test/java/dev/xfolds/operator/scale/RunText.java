package dev.xfolds.operator.scale;

import dev.xfolds.operator.api.TrainingRun;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The run of every measurement, from run.yaml. */
final class RunText {
  private RunText() {}

  static String of(String name, boolean suspended) {
    try (InputStream in = RunText.class.getResourceAsStream("run.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("NAME", name)
          .replace("SUSPEND", Boolean.toString(suspended));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TrainingRun run(String namespace, String name, boolean suspended) {
    TrainingRun run = Serialization.unmarshal(of(name, suspended), TrainingRun.class);
    run.getMetadata().setNamespace(namespace);
    return run;
  }
}
