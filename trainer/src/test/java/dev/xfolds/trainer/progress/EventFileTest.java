package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class EventFileTest {

  /** CRC-32C of "123456789" is e3069283 (RFC 3720's polynomial); rotated and shifted by hand. */
  @Test
  void maskedCrcOfTheCheckString() {
    assertThat(EventFile.maskedCrc("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0xc78ab0e5);
  }

  /** The first twelve bytes of every file that TensorFlow's own writer makes. */
  @Test
  void recordOf24BytesBeginsAsTensorFlowsDoes() {
    byte[] record = EventFile.record(new byte[24]);
    assertThat(record).hasSize(8 + 4 + 24 + 4);
    assertThat(HexFormat.of().formatHex(Arrays.copyOf(record, 12)))
        .isEqualTo("1800000000000000a37f4b22");
  }
}
