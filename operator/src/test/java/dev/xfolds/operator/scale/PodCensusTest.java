package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.scale.PodCensus.Owner;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodCensusTest {
  private static final Owner TRAINER = new Owner("team", "clip", "trainer");
  private static final Owner EVALUATOR = new Owner("team", "clip", "evaluator");
  private static final PodCensus BEFORE = new PodCensus(Map.of("u1", TRAINER, "u2", EVALUATOR));

  @Test
  void samePodsAreNeitherLostNorMade() {
    assertThat(BEFORE.lostUntil(BEFORE)).isZero();
    assertThat(BEFORE.madeUntil(BEFORE)).isZero();
    assertThat(BEFORE.doubled()).isZero();
  }

  @Test
  void anotherPodInPlaceOfOneIsLostAndMade() {
    PodCensus now = new PodCensus(Map.of("u1", TRAINER, "u3", EVALUATOR));

    assertThat(BEFORE.lostUntil(now)).isEqualTo(1);
    assertThat(BEFORE.madeUntil(now)).isEqualTo(1);
    assertThat(now.doubled()).isZero();
  }

  @Test
  void aSecondPodOfAnOwnerIsDoubled() {
    PodCensus now = new PodCensus(Map.of("u1", TRAINER, "u2", EVALUATOR, "u3", TRAINER));

    assertThat(BEFORE.lostUntil(now)).isZero();
    assertThat(now.doubled()).isEqualTo(1);
  }
}
