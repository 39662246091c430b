package dev.xfolds.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TailTest {
  @Test
  void whatFitsStaysAsItIs() {
    assertThat(Tail.of("", 4)).isEmpty();
    assertThat(Tail.of("é🙂", 6)).isEqualTo("é🙂");
  }

  @Test
  void endIsKeptAndNoCharacterIsCut() {
    assertThat(Tail.of("abcdef", 4)).isEqualTo("cdef");
    assertThat(Tail.of("é🙂x", 6)).isEqualTo("🙂x");
    assertThat(Tail.of("é🙂x", 4)).isEqualTo("x");
    assertThat(Tail.of("🙂".repeat(1000), 1023).getBytes(StandardCharsets.UTF_8)).hasSize(1020);
  }
}
