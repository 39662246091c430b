package dev.xfolds.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.tensor.Arithmetic;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Ops;
import dev.xfolds.trainer.tensor.Ranks;
import dev.xfolds.trainer.testing.TestPlans;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class StepBenchTest {

  private static final Repetition SHORT = new Repetition(1, 2, 1e-9);

  @BeforeAll
  static void useOneThread() {
    Ops.setThreads(1);
    Autograd.recordNothing();
  }

  static Stream<RunPlan.Builder> plans() {
    RunPlan.Builder frozen = TestPlans.vqa();
    frozen.getTrainingBuilder().addFrozen(ModelPart.IMAGE_TOWER).setEmaDecay(0.9);
    RunPlan.Builder half = TestPlans.clip();
    half.getTrainingBuilder().setPrecision(Precision.BF16);
    return Stream.of(TestPlans.clip(), half, TestPlans.vqa(), frozen);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void everyPlansStepIsTimed(RunPlan.Builder builder) {
    builder.getCostBuilder().setTrainingFlopsPerSample(1_000);
    RunPlan plan = builder.build();
    Measurement measured = StepBench.measure(plan, Arithmetic.of(plan, Ranks.ONE), SHORT);
    int batch = plan.getTraining().getBatchSize();
    assertThat(measured.what()).isEqualTo(plan.getName());
    assertThat(measured.unit()).isEqualTo("sample");
    assertThat(measured.amount()).isEqualTo(batch);
    assertThat(measured.flops()).isEqualTo(1_000.0 * batch);
    assertThat(measured.seconds()).hasSizeGreaterThanOrEqualTo(2).allMatch(time -> time > 0);
    assertThat(measured.peakBytes()).isPositive();
  }

  @Test
  void machineIsTimed(@TempDir Path folder) {
    for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
      double side = Math.cbrt(MatrixBench.measure(precision, SHORT).flops() / 2);
      assertThat(Math.round(side)).isBetween((long) MatrixBench.SMALL, (long) MatrixBench.LARGE);
    }
    assertThat(ImageBench.measure(folder, SHORT).seconds()).isNotEmpty();
    assertThat(DiskBench.measure(folder, SHORT))
        .extracting(Measurement::what)
        .containsExactly("weights to page cache", "weights to disk", "raw bytes to disk");
    assertThat(folder).isDirectoryNotContaining("glob:**written");
  }

  @Test
  void warmUpDoesNotCountAndTheLeastIsKept() {
    AtomicInteger times = new AtomicInteger();
    assertThat(new Repetition(3, 4, 1e-9).of(times::incrementAndGet)).hasSize(4);
    assertThat(times).hasValue(7);
  }
}
