package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.metrics.OperatorMetrics;
import dev.xfolds.operator.metrics.RunCollector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The operator, halted as by SIGKILL as soon as the API server has taken one write that changed
 * something, before the operator hears of it. Its environment is the operator's own. It begins when
 * it is given a line: a process takes longer to start than most of these live.
 *
 * <p>Argument: the file of writes; those of all starts are appended.
 */
public final class HaltingOperator {
  /** Its exit code after a write. */
  public static final int HALTED = 99;

  private HaltingOperator() {}

  public static void main(String[] arguments) throws IOException {
    HaltAfterWrite halt = new HaltAfterWrite(Path.of(arguments[0]));
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("halt-after-write", halt))
            .build();
    OperatorConfig config = new Environment(System.getenv());
    client.namespaces().withName(config.namespace()).get(); // loads what every request needs
    if (System.in.read() < 0) {
      return;
    }
    OperatorProcess.begin(
        client,
        config,
        new Leadership(client, config, new OperatorMetrics(new SimpleMeterRegistry())),
        new RunCollector(Clock.systemUTC()));
  }

  /** What Quarkus would read. */
  record Environment(Map<String, String> values) implements OperatorConfig {
    @Override
    public String namespace() {
      return values.get("XFOLDS_NAMESPACE");
    }

    @Override
    public String podName() {
      return values.get("XFOLDS_POD_NAME");
    }

    @Override
    public String trainerImage() {
      return values.get("XFOLDS_TRAINER_IMAGE");
    }

    @Override
    public String evaluatorImage() {
      return values.get("XFOLDS_EVALUATOR_IMAGE");
    }

    @Override
    public String evaluatorClaim() {
      return values.get("XFOLDS_EVALUATOR_CLAIM");
    }

    @Override
    public OptionalLong podUser() {
      return OptionalLong.of(Long.parseLong(values.get("XFOLDS_POD_USER")));
    }

    @Override
    public String evaluatorMemory() {
      return "2Gi";
    }

    @Override
    public Optional<List<String>> imagePullSecrets() {
      return Optional.empty();
    }
  }
}
