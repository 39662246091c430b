package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.trainer.answer.FakeEvaluator.Item;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.progress.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of ten questions in batches of three, which may go wrong. */
abstract class EvaluationFixture {

  private static final Hello HELLO = Hello.newBuilder().setTask("shapes@1").build();
  static final List<Item> ITEMS =
      IntStream.range(0, 10)
          .mapToObj(
              i -> new Item(i, "what?", ByteString.copyFromUtf8("image " + i % 4), List.of("a")))
          .toList();
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir static Path folder;
  static Identity trainer;
  private static Identity evaluator;

  final RunState state = new RunState(InstantSource.system());
  final FakeModel model = new FakeModel(3);
  FakeEvaluator server;
  Duration silence = LONG;
  Duration pause = SHORT;
  int attempts = 2;
  BooleanSupplier stopRequested = () -> false;
  List<Fingerprint> fingerprints = List.of();

  @BeforeAll
  static void issue() throws IOException {
    Certificates authority = new Certificates();
    trainer = authority.identity("trainer", folder.resolve("trainer"));
    evaluator = authority.identity("evaluator", folder.resolve("evaluator"));
  }

  @AfterAll
  static void close() {
    trainer.close();
    evaluator.close();
  }

  @BeforeEach
  void start() throws IOException {
    server = new FakeEvaluator(evaluator, ITEMS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  Report evaluate(Answerer answerer) {
    return evaluate(server.address(), trainer, answerer);
  }

  private Report evaluate(String address, Identity identity, Answerer answerer) {
    EvaluatorClient.Settings settings =
        new EvaluatorClient.Settings(silence, silence, pause, pause, attempts, 1000);
    try (EvaluatorClient client = EvaluatorClient.connect(address, identity, settings)) {
      return client.evaluate(HELLO, fingerprints, answerer, state, stopRequested);
    }
  }

  void assertEnds(ExitCode code, String... parts) {
    assertEnds(server.address(), trainer, code, parts);
  }

  void assertEnds(String address, Identity identity, ExitCode code, String... parts) {
    TrainerException end =
        catchThrowableOfType(TrainerException.class, () -> evaluate(address, identity, model));
    assertThat(end).isNotNull().hasMessageContainingAll(parts);
    assertThat(end.code()).as(end.getMessage()).isEqualTo(code);
  }
}
