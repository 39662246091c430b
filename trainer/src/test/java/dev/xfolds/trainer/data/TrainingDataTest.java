package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TrainingDataTest {

  private static final Volumes NONE = new Volumes(Map.of());

  private static DataPlan.Builder captions(int images) {
    return DataPlans.phantom("captions", DataFormat.PHANTOM_CAPTIONS, images);
  }

  private static DataPlan.Builder questions(int images) {
    return DataPlans.phantom("questions", DataFormat.PHANTOM_VQA, images);
  }

  private static Set<String> keys(List<Sample> samples) {
    return samples.stream().map(Sample::imageKey).collect(Collectors.toSet());
  }

  private static void assertRefused(RunPlan.Builder plan, String message) {
    assertThatThrownBy(() -> DataPlans.load(plan, NONE))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessage(message);
  }

  /** Everything that a resumed run must have again. */
  static void assertSame(TrainingData again, TrainingData first) {
    assertThat(again.training()).isEqualTo(first.training());
    assertThat(again.validation()).isEqualTo(first.validation());
    assertThat(again.images()).isEqualTo(first.images());
    assertThat(again.imageOfTraining()).isEqualTo(first.imageOfTraining());
    assertThat(again.imageOfValidation()).isEqualTo(first.imageOfValidation());
    assertThat(again.weights()).isEqualTo(first.weights());
    assertThat(again.unreadable()).isEqualTo(first.unreadable());
    assertThat(again.fingerprints()).isEqualTo(first.fingerprints());
  }

  @Test
  void planWithoutTrainingHasNoData() throws InterruptedException {
    TrainingData data = DataPlans.load(RunPlan.newBuilder(), NONE);
    assertThat(data.training()).isEmpty();
    assertThat(data.images()).isEmpty();
    assertThat(data.fingerprints()).isEmpty();
  }

  @Test
  void samplesPointToTheirImages() throws InterruptedException {
    TrainingData data = DataPlans.load(DataPlans.run(questions(6)), NONE);
    assertThat(data.images())
        .extracting(ImageSource::name)
        .containsExactly(
            "train-000000.png",
            "train-000001.png",
            "train-000002.png",
            "train-000003.png",
            "train-000004.png",
            "train-000005.png");
    assertThat(data.training()).hasSizeGreaterThanOrEqualTo(24);
    assertThat(data.imageOfTraining()).hasSameSizeAs(data.training());
    for (int i = 0; i < data.training().size(); i++) {
      Sample sample = data.training().get(i);
      assertThat(data.images().get(data.imageOfTraining()[i])).isEqualTo(sample.image());
      assertThat(sample.dataSet()).isEqualTo("questions");
      assertThat(sample.answers()).isNotEmpty();
    }
    assertThat(data.validation()).isEmpty();
    assertThat(data.imageOfValidation()).isEmpty();
    assertThat(data.unreadable()).isEmpty();
  }

  @Test
  void everyImageIsLookedAtOnce() throws InterruptedException {
    AtomicInteger looked = new AtomicInteger();
    TrainingData.load(
        DataPlans.run(captions(5), questions(5)).build(),
        NONE,
        Optional.empty(),
        looked::incrementAndGet);
    assertThat(looked).hasValue(10);
  }

  @Test
  void heldOutImagesAreNotTrainedOn() throws InterruptedException {
    TrainingData data = DataPlans.load(DataPlans.holdOut(0.25, questions(20), captions(8)), NONE);
    assertThat(keys(data.validation()))
        .hasSize(7)
        .doesNotContainAnyElementsOf(keys(data.training()));
    assertThat(keys(data.training())).hasSize(21);
    assertThat(data.images()).hasSize(28);
    Set<Integer> images = new HashSet<>();
    for (int i = 0; i < data.validation().size(); i++) {
      int image = data.imageOfValidation()[i];
      images.add(image);
      assertThat(data.images().get(image)).isEqualTo(data.validation().get(i).image());
    }
    assertThat(images).hasSize(7).allMatch(image -> image >= 21);
  }

  @Test
  void validationDataHasImagesOfItsOwnUnderTheSameName() throws InterruptedException {
    RunPlan.Builder plan =
        DataPlans.run(captions(4))
            .setValidation(ValidationPlan.newBuilder().setData(captions(3).setSplit("validate")));
    TrainingData data = DataPlans.load(plan, NONE);
    assertThat(data.validation()).hasSize(3);
    assertThat(data.validation()).allMatch(s -> s.dataSet().equals("validation.data"));
    assertThat(data.images()).hasSize(7);
    assertThat(data.imageOfValidation()).containsExactly(4, 5, 6);
    assertThat(data.fingerprints()).hasSize(7);
  }

  @Test
  void weightsAreRelativeToTheLeast() throws InterruptedException {
    TrainingData data =
        DataPlans.load(
            DataPlans.run(captions(2).setWeight(0.2), questions(1).setWeight(0.5)), NONE);
    assertThat(data.weights()).startsWith(1, 1, 2.5, 2.5);
    new BatchOrder(1, data.weights(), 1);
  }

  @Test
  void excludedModalitiesAreLeftOut() throws InterruptedException {
    TrainingData all = DataPlans.load(DataPlans.run(captions(40)), NONE);
    DataPlan.Builder some = captions(40).addExcludeModalities("ct").addExcludeModalities("us");
    assertThat(DataPlans.load(DataPlans.run(some), NONE).training())
        .isEqualTo(
            all.training().stream()
                .filter(s -> !Set.of("ct", "us").contains(s.modality()))
                .toList())
        .hasSizeBetween(10, 30);
    assertRefused(
        DataPlans.run(captions(1).addAllExcludeModalities(List.of("ct", "mr", "us", "xray"))),
        "spec.data[0]: excludeModalities [ct, mr, us, xray] leaves none of 1 items");
  }

  @Test
  void fingerprintsNameImagesAndQuestions() throws InterruptedException {
    TrainingData data = DataPlans.load(DataPlans.holdOut(0.5, questions(4)), NONE);
    List<Fingerprint> images = data.fingerprints().stream().filter(Fingerprint::hasImage).toList();
    List<Fingerprint> questions =
        data.fingerprints().stream().filter(Fingerprint::hasQuestion).toList();
    assertThat(images).hasSize(4);
    assertThat(questions).hasSize(data.training().size() + data.validation().size());
    Sample sample = data.validation().getFirst();
    byte[] file = sample.image().bytes();
    var hashes = Fingerprints.of(file, ImageDecoder.decode("image", file));
    assertThat(images)
        .anyMatch(
            entry ->
                entry.getImage().getSha256().equals(hex(hashes.sha256()))
                    && entry.getImage().getPerceptual() == hashes.perceptual());
    assertThat(questions)
        .anyMatch(
            entry ->
                entry.getQuestion().getExact().equals(hex(Fingerprints.of(sample.text()).exact()))
                    && entry
                        .getQuestion()
                        .getNormalized()
                        .equals(hex(Fingerprints.of(sample.text()).normalized()))
                    && entry.getQuestion().getImageSha256().equals(hex(hashes.sha256())));
  }

  private static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }

  @Test
  void captionsHaveFingerprintsOfTheirImagesAlone() throws InterruptedException {
    TrainingData data = DataPlans.load(DataPlans.run(captions(9)), NONE);
    assertThat(data.fingerprints()).hasSize(9).allMatch(Fingerprint::hasImage);
  }

  @Test
  void resumedRunHasTheSameDataWithoutLookingAtImages() throws InterruptedException {
    RunPlan.Builder plan = DataPlans.holdOut(0.3, questions(12));
    TrainingData first = DataPlans.load(plan, NONE);
    assertSame(DataPlans.resume(plan, NONE, first), first);
  }

  @Test
  void splitsAndDigestsOfGeneratedDataAreChecked() {
    assertRefused(
        DataPlans.run(captions(1), questions(2).setSplit("dev")),
        "spec.data[1].split must be train, validate or empty, was \"dev\"");
    assertRefused(
        DataPlans.run(captions(1).setSplit("test")),
        "spec.data[0].split must be another one: a trainer never sees test data, was \"test\"");
    assertRefused(
        DataPlans.run(captions(1).setDigest("00")),
        "spec.data[0].digest must be empty: generated data has no annotation files, was \"00\"");
    DataPlan.Builder large = captions(1);
    large.getPhantomBuilder().setImageSize(4096);
    assertRefused(
        DataPlans.run(large),
        "spec.data[0]: phantom.imageSize must be between 32 and 512, was 4096");
    assertRefused(
        DataPlans.run(captions(1).setFormat(DataFormat.DATA_FORMAT_UNSPECIFIED)),
        "spec.data[0].format must be a format that this trainer knows, was \"DATA_FORMAT_UNSPECIFIED\"");
  }
}
