package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeldOutTest {

  private static List<String> images(int count) {
    return IntStream.range(0, count).mapToObj(i -> "set/" + i + ".png").toList();
  }

  @Test
  void holdsOutTheShareThatIsAskedFor() {
    assertThat(HeldOut.images(images(200), 0.1, 1)).hasSize(20).isSubsetOf(images(200));
    assertThat(HeldOut.images(images(7), 0.25, 1)).hasSize(2);
  }

  @Test
  void holdsOutAtLeastOneAndNeverAll() {
    assertThat(HeldOut.images(images(10), 0.001, 1)).hasSize(1);
    assertThat(HeldOut.images(images(10), 0.999, 1)).hasSize(9);
    assertThat(HeldOut.images(images(2), 0.9, 1)).hasSize(1);
  }

  @Test
  void dependsOnSeedAndNamesAndNotOnTheirOrder() {
    List<String> turned = new ArrayList<>(images(200));
    Collections.reverse(turned);
    assertThat(HeldOut.images(turned, 0.1, 1)).isEqualTo(HeldOut.images(images(200), 0.1, 1));
    assertThat(HeldOut.images(images(200), 0.1, 2))
        .isNotEqualTo(HeldOut.images(images(200), 0.1, 1));
  }

  @Test
  void singleImageCannotBeSplit() {
    assertThatThrownBy(() -> HeldOut.images(images(1), 0.5, 1))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage("spec.validation.fraction needs at least 2 images, the data has 1");
  }
}
