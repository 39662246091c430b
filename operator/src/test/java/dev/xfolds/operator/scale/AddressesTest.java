package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AddressesTest {
  @Test
  void everyRunHasAnAddressOfItsOwn() {
    assertThat(IntStream.range(0, 1_000).mapToObj(Addresses::run).map(Addresses::of))
        .doesNotHaveDuplicates()
        .startsWith("127.1.0.1")
        .contains("127.1.0.250", "127.1.1.1")
        .endsWith("127.1.3.250");
  }

  @Test
  void hostsFileHasTheServicesNames() {
    assertThat(Addresses.hostsFile(2).lines())
        .containsExactly(
            "127.0.0.1 localhost",
            "127.1.0.1 active-0-trainer.scale-active.svc active-0-evaluator.scale-active.svc",
            "127.1.0.2 active-1-trainer.scale-active.svc active-1-evaluator.scale-active.svc");
  }
}
