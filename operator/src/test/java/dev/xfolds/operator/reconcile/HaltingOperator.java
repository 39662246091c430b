package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.metrics.OperatorMetrics;
import dev.xfolds.operator.metrics.RunCollector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One operator after another in one process, whose environment is the operator's own. Each begins
 * when the process is given a line, with a client and memory of its own, and is cut off as by
 * SIGKILL as soon as the API server has taken one write that changed something, before the operator
 * hears of it: then this prints {@link #HALTED}. Processes of their own would say the same, and
 * take two seconds to start, which is longer than most of these live.
 *
 * <p>Argument: the file of writes; those of all lives are appended.
 */
public final class HaltingOperator {
  /** The line that ends a life. */
  public static final String HALTED = "halted";

  /** Ends the line of a write that came to pass though the same life had one of its run already. */
  public static final String AGAIN = " AGAIN";

  private HaltingOperator() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    OperatorConfig config = new Environment(System.getenv());
    while (System.in.read() >= 0) {
      live(config, new HaltAfterWrite(Path.of(arguments[0])));
      System.out.println(HALTED);
    }
  }

  private static void live(OperatorConfig config, HaltAfterWrite halt) throws InterruptedException {
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor("halt-after-write", halt))
            .build();
    Leadership leadership =
        new Leadership(client, config, new OperatorMetrics(new SimpleMeterRegistry()));
    Operator operator =
        OperatorProcess.begin(client, config, leadership, new RunCollector(Clock.systemUTC()));
    halt.await();
    leadership.end(); // or it would end the process
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              operator.stop(); // what still waits for an answer
              client.close();
            });
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
