package dev.xfolds.datasets.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ModalityWordsTest {

  @Test
  void wordsOfOneModalityAreRecognised() {
    assertThat(ModalityWords.in("cta - ct angiography")).contains("ct");
    assertThat(ModalityWords.in("mr - t1w w/gadolinium")).contains("mr");
    assertThat(ModalityWords.in("xr - plain film")).contains("xray");
    assertThat(ModalityWords.in("Chest x Ray")).contains("xray");
    assertThat(ModalityWords.in("X-Ray")).contains("xray");
    assertThat(ModalityWords.in("us-d - doppler ultrasound")).contains("us");
  }

  @Test
  void noneOrTwoModalitiesAreUnknown() {
    assertThat(ModalityWords.in("axial")).isEmpty();
    assertThat(ModalityWords.in("is this a ct or an mri?")).isEmpty();
  }
}
