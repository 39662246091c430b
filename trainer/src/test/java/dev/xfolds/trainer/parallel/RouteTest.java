package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTest {

  @ParameterizedTest
  @CsvSource({"2,0", "2,7", "3,1", "3,8", "5,23"})
  void nextExpectsWhatEachRankSends(int size, long elements) {
    Route.Chunks chunks = new Route.Chunks(elements, Float.BYTES, size);
    for (int rank = 0; rank < size; rank++) {
      int next = (rank + 1) % size;
      assertFits(Route.allReduce(chunks, rank), Route.allReduce(chunks, next));
      assertFits(Route.allGather(chunks, rank), Route.allGather(chunks, next));
      assertFits(Route.reduceScatter(chunks, rank), Route.reduceScatter(chunks, next));
      for (int root = 0; root < size; root++) {
        assertFits(
            Route.broadcast(elements, root, rank, size),
            Route.broadcast(elements, root, next, size));
      }
    }
  }

  private static void assertFits(Route route, Route next) {
    assertThat(unsummed(route.out())).isEqualTo(unsummed(next.in()));
    long sent = route.out().stream().mapToLong(Route.Piece::length).sum();
    long received = route.in().stream().mapToLong(Route.Piece::length).sum();
    assertThat(route.first() + received).isGreaterThanOrEqualTo(sent);
  }

  private static List<Route.Piece> unsummed(List<Route.Piece> pieces) {
    return pieces.stream()
        .map(piece -> new Route.Piece(piece.offset(), piece.length(), false))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"4,1000000", "3,100", "2,7"})
  void whatIsSentAtMostIsTwiceTheShareOfTheOthers(int size, long elements) {
    Route.Chunks chunks = new Route.Chunks(elements, Float.BYTES, size);
    for (int rank = 0; rank < size; rank++) {
      long sent = Route.allReduce(chunks, rank).out().stream().mapToLong(Route.Piece::length).sum();
      assertThat(sent).isLessThanOrEqualTo(2L * (size - 1) * (elements / size + 1) * Float.BYTES);
    }
  }
}
