package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RingCollectivesIT {

  @TempDir Path folder;

  static Stream<Arguments> sizes() {
    return IntStream.rangeClosed(1, 4)
        .boxed()
        .flatMap(
            size ->
                IntStream.of(0, 1, 2, 3, 5, 1_000, 300_001)
                    .mapToObj(count -> arguments(size, count)));
  }

  /** Of very different magnitudes, so that another order of additions would show. */
  private static float[] values(int rank, int count, int seed) {
    Random random = new Random(1000L * seed + rank);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8)));
    }
    return values;
  }

  /** Chunk c begins at the rank after c and ends at c. */
  private static float[] sums(int size, int count, int seed) {
    float[] sums = new float[count];
    for (int chunk = 0; chunk < size; chunk++) {
      int begin = begin(chunk, count, size);
      int end = begin(chunk + 1, count, size);
      for (int step = 1; step <= size; step++) {
        float[] summands = values((chunk + step) % size, count, seed);
        for (int i = begin; i < end; i++) {
          sums[i] = step == 1 ? summands[i] : sums[i] + summands[i];
        }
      }
    }
    return sums;
  }

  private static int begin(int chunk, int count, int size) {
    return (int) ((long) chunk * count / size);
  }

  /** With something before and behind, which must stay as it is. */
  private static FloatBuffer framed(float[] values) {
    FloatBuffer buffer = Ranks.floats(values.length + 5);
    buffer.put(0, 1e9f).put(values.length + 3, 1e9f);
    return buffer.position(3).put(values).limit(values.length + 3).position(3);
  }

  private static void assertFrame(FloatBuffer buffer, int count) {
    assertThat(buffer.position()).isEqualTo(3);
    assertThat(buffer.remaining()).isEqualTo(count);
    assertThat(buffer.get(0)).isEqualTo(1e9f);
    assertThat(buffer.limit(count + 5).get(count + 3)).isEqualTo(1e9f);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sumsHaveTheSameBitsOnEveryRankAndEachTime(int size, int count) {
    List<List<float[]>> ranks =
        Ranks.of(size, folder)
            .all(
                joined -> {
                  List<float[]> found = new ArrayList<>();
                  for (int repetition = 0; repetition < 4; repetition++) {
                    FloatBuffer buffer = framed(values(joined.rank(), count, repetition / 2));
                    joined.allReduce(buffer);
                    found.add(Ranks.array(buffer));
                    assertFrame(buffer, count);
                  }
                  return found;
                });
    for (List<float[]> found : ranks) {
      for (int repetition = 0; repetition < 4; repetition++) {
        assertThat(found.get(repetition)).isEqualTo(sums(size, count, repetition / 2));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void chunksAreScatteredAndGathered(int size, int count) {
    float[] sums = sums(size, count, 7);
    Ranks.of(size, folder)
        .all(
            joined -> {
              int begin = begin(joined.rank(), count, size);
              int end = begin(joined.rank() + 1, count, size);
              FloatBuffer buffer = framed(values(joined.rank(), count, 7));
              joined.reduceScatter(buffer);
              float[] scattered = Ranks.array(buffer);
              assertThat(Arrays.copyOfRange(scattered, begin, end))
                  .isEqualTo(Arrays.copyOfRange(sums, begin, end));
              float[] own = new float[count];
              System.arraycopy(scattered, begin, own, begin, end - begin);
              FloatBuffer gathered = framed(own);
              joined.allGather(gathered);
              assertThat(Ranks.array(gathered)).isEqualTo(sums);
              assertFrame(gathered, count);
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void numbersAreAddedInTheOrderOfRanks(int size) {
    double[] shares = {1e16, 1, -1e16, 3};
    double sum = Arrays.stream(shares, 0, size).reduce(0, Double::sum);
    Ranks.of(size, folder)
        .all(
            joined -> {
              double[] given = {shares[joined.rank()], 1};
              assertThat(joined.allReduce(given)).containsExactly(sum, size);
              assertThat(given).containsExactly(shares[joined.rank()], 1);
              assertThat(joined.allReduce()).isEmpty();
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void everyRanksBytesCanBeBroadcast(int size) {
    Ranks.of(size, folder)
        .all(
            joined -> {
              for (int root = 0; root < size; root++) {
                for (int length : new int[] {0, 1, 3_000_001}) {
                  ByteBuffer bytes = ByteBuffer.allocateDirect(length);
                  if (joined.rank() == root) {
                    new Random(root).ints(length).forEach(i -> bytes.put((byte) i));
                    bytes.flip();
                  }
                  joined.broadcast(bytes, root);
                  new Random(root)
                      .ints(length)
                      .forEach(i -> assertThat(bytes.get() == (byte) i).isTrue());
                }
              }
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void barrierLetsNobodyThroughBeforeAllHaveCome(int size) {
    AtomicInteger come = new AtomicInteger();
    Ranks.of(size, folder)
        .all(
            joined -> {
              for (int time = 1; time <= 100; time++) {
                come.incrementAndGet();
                joined.barrier();
                assertThat(come.get()).isGreaterThanOrEqualTo(time * size);
                joined.barrier();
              }
              return true;
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void otherBuffersAreRefusedBeforeAnythingIsSent(int size) {
    FloatBuffer foreign =
        ByteBuffer.allocateDirect(8)
            .order(
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                    ? ByteOrder.BIG_ENDIAN
                    : ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    Ranks.of(size, folder)
        .all(
            joined -> {
              assertThatThrownBy(() -> joined.allReduce(FloatBuffer.allocate(2)))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessage("buffer must be direct");
              assertThatThrownBy(() -> joined.allGather(Ranks.floats(2).asReadOnlyBuffer()))
                  .hasMessage("buffer must be writable");
              assertThatThrownBy(() -> joined.reduceScatter(foreign))
                  .hasMessage("buffer must be in native order");
              assertThatThrownBy(() -> joined.broadcast(ByteBuffer.allocateDirect(1), size))
                  .hasMessage("root must be 0 to %d, was %d".formatted(size - 1, size));
              joined.barrier();
              return true;
            });
  }
}
