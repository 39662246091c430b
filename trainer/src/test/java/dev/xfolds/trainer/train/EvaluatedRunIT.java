package dev.xfolds.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.EvaluationPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.datasets.phantom.PhantomGenerator;
import dev.xfolds.datasets.phantom.PhantomSplit;
import dev.xfolds.trainer.answer.EvaluatorClient;
import dev.xfolds.trainer.answer.FakeEvaluator;
import dev.xfolds.trainer.checkpoint.Checkpoint;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import dev.xfolds.trainer.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are asked while they train and when they end. */
final class EvaluatedRunIT {

  private static final int QUESTIONS = 40;

  @TempDir Path folder;
  private Identity trainer;
  private Identity evaluator;
  private FakeEvaluator server;
  private EvaluatorClient client;

  @BeforeEach
  void start() throws IOException {
    TestAuthority authority = new TestAuthority();
    trainer = Identity.load(authority.issue("trainer", folder.resolve("trainer")));
    evaluator = Identity.load(authority.issue("evaluator", folder.resolve("evaluator")));
    List<ByteString> images =
        PhantomGenerator.captions(3, 4, 32, PhantomSplit.TEST).stream()
            .map(item -> ByteString.copyFrom(item.image().bytes()))
            .toList();
    server =
        new FakeEvaluator(
            evaluator,
            IntStream.range(0, QUESTIONS)
                .mapToObj(
                    i -> new FakeEvaluator.Item(i, "which organ?", images.get(i % 4), List.of()))
                .toList());
    client = EvaluatorClient.connect(server.address(), trainer);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    trainer.close();
    evaluator.close();
  }

  private Attempts attempts(RunPlan.Builder plan) throws IOException {
    return new Attempts(
        Files.createDirectories(folder.resolve("runs")),
        TinyPlans.promised(plan),
        new Volumes(Map.of()),
        Optional.of(client));
  }

  private static RunPlan.Builder evaluated() {
    return TinyPlans.vqaFrozen()
        .addEvaluations(
            EvaluationPlan.newBuilder().setTask("shapes@1").addProtocols("exact").setEverySteps(6));
  }

  private static void assertStopped(Attempts attempts, Phase phase) {
    TrainerException end =
        catchThrowableOfType(
            TrainerException.class,
            () -> attempts.run(() -> attempts.state().progress().getPhase() == phase));
    assertThat(end.code()).isEqualTo(ExitCode.STOPPED);
  }

  private List<Hello> hellos() {
    return server.streams.stream().map(stream -> stream.hello).toList();
  }

  @Test
  void runIsAskedEverySoManyStepsAndAtItsEnd() throws IOException, InterruptedException {
    Attempts attempts = attempts(evaluated());
    attempts.run();
    assertThat(server.faults).isEmpty();
    assertThat(server.answers).hasSize(QUESTIONS);
    assertThat(server.answers.values()).allMatch(answer -> !answer.getText().isEmpty());
    assertThat(hellos())
        .extracting(Hello::getStep)
        .containsExactly(6L, 12L, attempts.best().step());
    Hello last = hellos().getLast();
    assertThat(last.getCheckpointDigest()).isEqualTo(attempts.best().digest());
    assertThat(last.getCapabilitiesList()).containsExactly(TaskKind.VISUAL_QUESTION_ANSWERING);
    assertThat(last.getContaminationUnknown()).isFalse();
    assertThat(last.getCard().getLossCount()).isEqualTo(12);
    assertThat(last.getCard().getParameters())
        .isEqualTo(TinyPlans.promised(evaluated()).getCost().getParameters());
  }

  @Test
  void finishedRunIsAskedAgainAndTrainsNothing() throws IOException, InterruptedException {
    Attempts attempts = attempts(evaluated());
    attempts.run();
    Hello last = hellos().getLast();
    server.streams.clear();
    server.answers.clear();
    attempts.run();
    assertThat(hellos()).containsExactly(last);
    assertThat(server.answers).hasSize(QUESTIONS);
    assertThat(attempts.trace()).hasSize(12 + 3);
  }

  @Test
  void stopDuringAnEvaluationContinuesWithIt() throws IOException, InterruptedException {
    Attempts attempts = attempts(evaluated());
    assertStopped(attempts, Phase.EVALUATING);
    assertThat(attempts.latest().step()).isEqualTo(6);
    assertThat(attempts.trace()).hasSize(6 + 1);
    server.streams.clear();
    attempts.run();
    assertThat(hellos().getFirst().getStep()).isEqualTo(6);
    assertThat(server.answers).hasSize(QUESTIONS);
    assertThat(attempts.trace()).hasSize(12 + 3);
  }

  @Test
  void planWithoutTrainingIsAskedWithTheWeightsThatItTakes()
      throws IOException, InterruptedException {
    Attempts trained = attempts(TinyPlans.vqaFrozen());
    trained.run();
    RunPlan.Builder plan = evaluated().clearTraining().clearValidation().clearData();
    plan.setName("asked");
    plan.getInitFromBuilder()
        .setRun("run")
        .addParts(ModelPart.IMAGE_TOWER)
        .addParts(ModelPart.QUESTION_ENCODER)
        .addParts(ModelPart.FUSION);
    TrainerException end = catchThrowableOfType(TrainerException.class, () -> attempts(plan).run());
    assertThat(end)
        .hasMessage(
            "spec.initFrom.parts must be all parts in a run without spec.training, [classifier] would stay random");
    plan.getInitFromBuilder().addParts(ModelPart.CLASSIFIER);
    Attempts asked = attempts(plan.setName("asked-whole"));
    asked.run();
    assertThat(asked.latest().digest()).isEqualTo(trained.best().digest());
    assertThat(asked.latest().step()).isZero();
    assertThat(asked.latest().file(Checkpoint.FINGERPRINTS))
        .hasSameBinaryContentAs(trained.best().file(Checkpoint.FINGERPRINTS));
    assertThat(hellos()).extracting(Hello::getStep).containsExactly(0L);
    asked.run();
    assertThat(hellos()).hasSize(2);
    assertThat(asked.folder().resolve("finished.json")).exists();
  }
}
