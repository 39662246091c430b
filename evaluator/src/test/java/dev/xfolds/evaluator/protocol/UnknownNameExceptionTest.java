package dev.xfolds.evaluator.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownNameExceptionTest {

  @Test
  void countsEdits() {
    assertThat(UnknownNameException.distance("", "abc")).isEqualTo(3);
    assertThat(UnknownNameException.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(UnknownNameException.distance("mumc", "mumc")).isZero();
  }

  @Test
  void namesTheNearestAndAllKnown() {
    assertThat(new UnknownNameException("task", "vqa-rda@1", List.of("phantom-vqa@1", "vqa-rad@1")))
        .hasMessage(
            "unknown task \"vqa-rda@1\": did you mean \"vqa-rad@1\"? Known: phantom-vqa@1,"
                + " vqa-rad@1");
  }
}
