package dev.xfolds.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.xfolds.contract.v1.ModelPart;
import dev.xfolds.contract.v1.OptimizerPlan;
import dev.xfolds.contract.v1.TrainingPlan;
import dev.xfolds.trainer.tensor.Autograd;
import dev.xfolds.trainer.tensor.Initializer;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterScope;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.SafetensorsWriter;
import dev.xfolds.trainer.tensor.TensorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shares of one set of weights, each moved by an optimizer of its own, in one process. */
final class ShardsIT {

  private static final long BUCKET = 40_000;

  @TempDir Path folder;

  /** Shapes that no number of ranks divides, one of them larger than a bucket. */
  private static ParameterSet weights(NDManager manager) {
    ParameterSet set = new ParameterSet();
    ParameterScope scope = set.scope(ModelPart.CLASSIFIER);
    scope.weight("scale", new Initializer.Normal(1));
    scope.weight("odd", new Initializer.Normal(1), 77, 13);
    scope.weight("large", new Initializer.Normal(1), 300, 256);
    scope.weight("bias", new Initializer.Normal(1), 300);
    scope.weight("blocks", new Initializer.Normal(1), 96, 256);
    scope.weight("rest", new Initializer.Normal(1), 101, 57);
    set.allocate(manager, 1);
    return set;
  }

  private static Optimizer optimizer(
      OptimizerPlan plan, ParameterSet set, Share share, NDManager manager) {
    return Optimizer.create(
        TrainingPlan.newBuilder().setOptimizer(plan).build(), set, share, manager);
  }

  private static void backward(ParameterSet set) {
    set.zeroGradients();
    try (NDScope scope = new NDScope();
        Autograd recording = new Autograd()) {
      scope.suppressNotUsedWarning();
      NDArray sum = null;
      for (Parameter weight : set.trained()) {
        NDArray squares = weight.array().square().sum();
        sum = sum == null ? squares : sum.add(squares);
      }
      recording.backward(sum);
    }
  }

  /** What ranks have that take the same steps as one process. */
  private record Ranks(List<Shards> shards, List<Optimizer> optimizers, List<Bucket> buckets) {

    static Ranks of(int count, OptimizerPlan plan, ParameterSet set, NDManager manager) {
      List<Bucket> buckets = Bucket.of(set.trained(), BUCKET, count, manager);
      List<Shards> shards = new ArrayList<>();
      List<Optimizer> optimizers = new ArrayList<>();
      for (int rank = 0; rank < count; rank++) {
        shards.add(new Shards(buckets, rank, count, manager));
        optimizers.add(optimizer(plan, set, shards.getLast(), manager));
      }
      return new Ranks(shards, optimizers, buckets);
    }

    void step(ParameterSet set) {
      backward(set);
      for (Bucket bucket : buckets) {
        bucket.takeGradients();
        shards.forEach(shard -> shard.add(bucket));
      }
      double norm = Gradients.globalNorm(set.trained());
      assertThat(Math.sqrt(shards.stream().mapToDouble(s -> s.norm() * s.norm()).sum()))
          .isCloseTo(norm, within(1e-5 * norm));
      optimizers.forEach(optimizer -> optimizer.step(1, 0.5));
      shards.forEach(Shards::clear);
    }

    List<Path> save(Path folder) throws IOException {
      List<Path> files = new ArrayList<>();
      for (int rank = 0; rank < optimizers.size(); rank++) {
        files.add(folder.resolve("optimizer-%d-of-%d".formatted(rank, optimizers.size())));
        SafetensorsWriter.write(files.getLast(), optimizers.get(rank).state(), Map.of());
      }
      return files;
    }

    void load(List<Path> paths) {
      optimizers.forEach(optimizer -> ShardsIT.load(optimizer, paths));
    }
  }

  private static void load(Optimizer optimizer, List<Path> paths) {
    List<SafetensorsFile> files = paths.stream().map(SafetensorsFile::open).toList();
    optimizer.load(files);
    files.forEach(SafetensorsFile::close);
  }

  @ParameterizedTest
  @MethodSource("dev.xfolds.trainer.optim.OptimizerIT#plans")
  void ranksMoveWhatOneMovesAndStatesAreCutAnew(OptimizerPlan plan) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet alone = weights(manager);
      Optimizer whole = optimizer(plan, alone, Share.WHOLE, manager);
      ParameterSet shared = weights(manager);
      Ranks four = Ranks.of(4, plan, shared, manager);
      for (int step = 0; step < 3; step++) {
        backward(alone);
        whole.step(1, 0.5);
        four.step(shared);
      }
      assertSame(shared, alone);

      Ranks three = Ranks.of(3, plan, shared, manager);
      three.load(four.save(folder));
      Optimizer one = optimizer(plan, shared, Share.WHOLE, manager);
      load(one, three.save(folder));
      assertThat(one.steps()).isEqualTo(3);
      whole
          .state()
          .forEach(
              (name, array) ->
                  assertThat(values(one.state().get(name))).as(name).isEqualTo(values(array)));
      three.step(shared);
      backward(alone);
      whole.step(1, 0.5);
      assertSame(shared, alone);
    }
  }

  private static float[] values(NDArray array) {
    try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
      return floats.toFloatArray();
    }
  }

  private static void assertSame(ParameterSet actual, ParameterSet expected) {
    for (Parameter weight : expected.all()) {
      assertThat(actual.get(weight.name()).array().toFloatArray())
          .as(weight.name())
          .containsExactly(weight.array().toFloatArray(), within(1e-6f));
    }
  }

  @Test
  void eachRankHasItsShareOfTheBytes() {
    OptimizerPlan plan = OptimizerIT.plans().findFirst().orElseThrow();
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = weights(manager);
      long gradients = 4 * set.trainedSize();
      long whole = gradients + optimizer(plan, set, Share.WHOLE, manager).bytes();
      for (int count : new int[] {2, 4}) {
        Ranks ranks = Ranks.of(count, plan, set, manager);
        for (int rank = 0; rank < count; rank++) {
          double share =
              ranks.shards().get(rank).bytes() + (double) ranks.optimizers().get(rank).bytes();
          assertThat(share / whole * count).as("rank %d of %d", rank, count).isBetween(0.95, 1.05);
        }
      }
    }
  }

  @Test
  void filesThatDoNotMakeAWholeAreRefused() throws IOException {
    OptimizerPlan plan = OptimizerIT.plans().findFirst().orElseThrow();
    try (NDManager manager = NDManager.newBaseManager()) {
      ParameterSet set = weights(manager);
      List<Path> files = Ranks.of(2, plan, set, manager).save(folder);
      Optimizer whole = optimizer(plan, set, Share.WHOLE, manager);
      assertThatThrownBy(() -> load(whole, files.subList(0, 1)))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("optimizer-0-of-2: ")
          .hasMessageContaining("there are 512 elements, expected 1001");
      assertThatThrownBy(() -> load(whole, List.of(files.getFirst(), files.getFirst())))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("must begin at element");
    }
  }
}
