package dev.xfolds.trainer.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private final Patience patience = new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(3));

  @Test
  void pausesGrowUntilItGivesUp() {
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(1));
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(2));
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(3));
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(3));
    assertThat(patience.afterLoss()).isEmpty();
    assertThat(patience.failures()).isEqualTo(5);
  }

  @Test
  void newAnswersStartItAfresh() {
    patience.begun(10);
    patience.afterLoss();
    patience.afterLoss();
    patience.begun(11);
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(1));
  }

  @Test
  void sessionWithoutNewAnswersIsNoProgress() {
    patience.begun(10);
    patience.afterLoss();
    patience.begun(10);
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(2));
    patience.begun(0);
    assertThat(patience.afterLoss()).contains(Duration.ofSeconds(3));
  }
}
