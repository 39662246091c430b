package dev.xfolds.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.contract.v1.ValidationPlan;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingDataIT {

  private static final Map<String, String> RAD = Map.of("questions", "q.json", "images", "images");

  @TempDir Path folder;
  private Volumes volumes;

  @BeforeEach
  void mount() throws IOException {
    volumes = new Volumes(Map.of("data", folder));
    Files.createDirectory(folder.resolve("images"));
  }

  private static byte[] jpeg(int seed) throws IOException {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 40 * 30; i++) {
      image.setRGB(i % 40, i / 40, 0x010307 * ((i * (seed + 1)) % 200));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }

  private void image(String name, byte[] content) throws IOException {
    Files.write(folder.resolve("images").resolve(name), content);
  }

  /** A question about each image, numbered from 0. */
  private void ask(String... images) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String image : images) {
      rows.add(
          """
          {"qid": %d, "image_name": "%s", "question": "what is in %s?", "answer": "x", "answer_type": "OPEN"}"""
              .formatted(rows.size(), image, image));
    }
    Files.writeString(
        folder.resolve("q.json"), rows.stream().collect(Collectors.joining(",\n", "[", "]")));
  }

  private static RunPlan.Builder rad(int maxUnreadable) {
    RunPlan.Builder plan = DataPlans.run(DataPlans.files(DataFormat.VQA_RAD, RAD));
    plan.getTrainingBuilder().setMaxUnreadableImages(maxUnreadable);
    return plan;
  }

  private void assertRefused(RunPlan.Builder plan, String... parts) {
    assertThatThrownBy(() -> DataPlans.load(plan, volumes))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.INVALID))
        .hasMessageContainingAll(parts);
  }

  /** Two good images; cut, empty, text, and missing ones, each with a question. */
  private void badImages() throws IOException {
    byte[] whole = jpeg(2);
    image("a.jpg", jpeg(0));
    image("b.jpg", jpeg(1));
    image("cut.jpg", Arrays.copyOf(whole, whole.length / 2));
    image("empty.jpg", new byte[0]);
    image("text.jpg", "this is no image".getBytes(StandardCharsets.UTF_8));
    ask("cut.jpg", "a.jpg", "empty.jpg", "text.jpg", "b.jpg", "gone.jpg", "a.jpg");
  }

  @Test
  void unreadableImagesAreNamedAndLeftOut() throws IOException, InterruptedException {
    badImages();
    TrainingData data = DataPlans.load(rad(4), volumes);
    assertThat(data.training())
        .extracting(Sample::text)
        .containsExactly("what is in a.jpg?", "what is in b.jpg?", "what is in a.jpg?");
    assertThat(data.images()).extracting(ImageSource::name).containsExactly("a.jpg", "b.jpg");
    assertThat(data.imageOfTraining()).containsExactly(0, 1, 0);
    assertThat(data.weights()).containsExactly(1, 1, 1);
    assertThat(data.unreadable()).hasSize(4);
    assertThat(data.unreadable().get(0)).startsWith("vqa-rad/cut.jpg: ");
    assertThat(data.unreadable().get(1)).startsWith("vqa-rad/empty.jpg: ").contains("is empty");
    assertThat(data.unreadable().get(2)).startsWith("vqa-rad/text.jpg: ");
    assertThat(data.unreadable().get(3)).startsWith("vqa-rad/gone.jpg: no file ");
    // Two images, and two questions: the one about a.jpg is asked twice.
    assertThat(data.fingerprints()).hasSize(4);
  }

  @Test
  void resumedRunLeavesOutTheSameWithoutLooking() throws IOException, InterruptedException {
    badImages();
    RunPlan.Builder plan = rad(4).setValidation(ValidationPlan.newBuilder().setFraction(0.5));
    TrainingData first = DataPlans.load(plan, volumes);
    // What was damaged at the start stays out, even if it has been mended since.
    image("cut.jpg", jpeg(2));
    TrainingDataTest.assertSame(DataPlans.resume(plan, volumes, first), first);
    assertThat(first.validation()).hasSizeBetween(1, 2);
  }

  @Test
  void resumedRunRefusesDataThatHasChanged() throws IOException, InterruptedException {
    badImages();
    TrainingData first = DataPlans.load(rad(4), volumes);
    ask("a.jpg", "b.jpg");
    assertThatThrownBy(() -> DataPlans.resume(rad(4), volumes, first))
        .isInstanceOf(TrainerException.class)
        .hasMessageContaining("an image is gone from it: vqa-rad/cut.jpg: ");
  }

  @Test
  void namesMayHoldTheSeparator() throws IOException, InterruptedException {
    image("a.jpg", jpeg(0));
    ask("a.jpg", "b: c.jpg");
    TrainingData first = DataPlans.load(rad(1), volumes);
    assertThat(first.unreadable()).singleElement().asString().startsWith("vqa-rad/b: c.jpg: no ");
    TrainingDataTest.assertSame(DataPlans.resume(rad(1), volumes, first), first);
  }

  @Test
  void tooManyUnreadableImagesAreRefusedWithTheFirst() throws IOException {
    badImages();
    assertRefused(
        rad(3),
        "spec.training.maxUnreadableImages must be at least 4 to leave out what cannot be read of 6 images, was 3: ",
        "vqa-rad/cut.jpg: ",
        "; vqa-rad/empty.jpg: ",
        "; vqa-rad/text.jpg: ",
        "; ...");
  }

  @Test
  void nothingReadableIsRefused() throws IOException {
    image("a.jpg", new byte[0]);
    ask("a.jpg", "a.jpg");
    assertRefused(
        rad(5), "spec.data must have at least one sample whose image can be read, has none of 2");
  }

  @Test
  void digestOfTheAnnotationsIsChecked() throws IOException, InterruptedException {
    image("a.jpg", jpeg(0));
    ask("a.jpg");
    String digest = Fingerprints.sha256(Files.readAllBytes(folder.resolve("q.json")));
    DataPlan.Builder data = DataPlans.files(DataFormat.VQA_RAD, RAD);
    assertThat(DataPlans.load(DataPlans.run(data.setDigest(digest)), volumes).training())
        .hasSize(1);
    assertRefused(
        DataPlans.run(data.setDigest("0".repeat(64))),
        "spec.data[0].digest must be that of the annotation files (%s), was \"%s\""
            .formatted(digest, "0".repeat(64)));
  }

  @Test
  void missingFoldersAndFilesAreNamedByField() throws IOException {
    image("a.jpg", jpeg(0));
    ask("a.jpg");
    assertRefused(
        DataPlans.run(
            DataPlans.files(
                DataFormat.VQA_RAD, Map.of("questions", "q.json", "images", "pictures"))),
        "spec.data[0].files.images",
        "must be a readable file, was pictures (missing)");
    assertRefused(
        DataPlans.run(
            DataPlans.files(
                DataFormat.VQA_RAD, Map.of("questions", "none.json", "images", "images"))),
        "spec.data[0].files.questions",
        "was none.json (missing)");
    assertRefused(
        DataPlans.run(DataPlans.files(DataFormat.VQA_RAD, RAD).setVolume("other")),
        "spec.data[0].volume",
        "must be one of the mounted volumes [data], was \"other\"");
    Files.delete(folder.resolve("images/a.jpg"));
    assertRefused(rad(0), "spec.data[0]: folder ", "images is empty, expected images");
  }

  @Test
  void readersMessagesNameTheDataSet() throws IOException {
    image("a.jpg", jpeg(0));
    ask("a.jpg", "a.jpg");
    Path file = folder.resolve("q.json");
    Files.writeString(file, Files.readString(file).replace("\"qid\": 1", "\"qid\": 0"));
    assertRefused(
        rad(0),
        "spec.data[0]: ",
        "q.json, record 2 (line 2): field qid is \"0\", expected an id that no earlier record has");
    ask("a.jpg");
    RunPlan.Builder validation =
        rad(0)
            .setValidation(
                ValidationPlan.newBuilder()
                    .setData(DataPlans.files(DataFormat.VQA_RAD, RAD).setSplit("half")));
    assertRefused(
        validation,
        "spec.validation.data: split of vqa-rad must be train, test or empty, was half");
  }

  @Test
  void captionsAreReadWithoutASplit() throws IOException, InterruptedException {
    image("a.jpg", jpeg(0));
    image("b.jpg", jpeg(1));
    Files.writeString(
        folder.resolve("c.csv"), "name,caption,modality\na.jpg,A chest.,xray\nb.jpg,A head.,CT\n");
    Files.writeString(
        folder.resolve("c.jsonl"), "{\"image\": \"a.jpg\", \"caption\": \"A chest.\"}\n");
    DataPlan.Builder csv =
        DataPlans.files(DataFormat.CAPTIONS_CSV, Map.of("captions", "c.csv", "images", "images"))
            .addExcludeModalities("ct");
    DataPlan.Builder lines =
        DataPlans.files(
                DataFormat.CAPTIONS_JSONL, Map.of("captions", "c.jsonl", "images", "images"))
            .setName("lines");
    TrainingData data = DataPlans.load(DataPlans.run(csv, lines), volumes);
    assertThat(data.training()).extracting(Sample::text).containsExactly("A chest.", "A chest.");
    assertThat(data.training()).allMatch(sample -> sample.answers().isEmpty());
    assertThat(data.images()).hasSize(2);
    // The same file under two names is one fingerprint.
    assertThat(data.fingerprints()).singleElement().matches(Fingerprint::hasImage);
    assertRefused(
        DataPlans.run(csv.setSplit("train")),
        "spec.data[0].split must be empty: a file of captions is one split, was \"train\"");
  }

  @Test
  void publicVqaRadIsReadWhole() throws InterruptedException {
    Volumes shared = new Volumes(Map.of("data", SharedData.find("vqa-rad")));
    RunPlan.Builder plan =
        DataPlans.holdOut(
            0.1,
            DataPlans.files(
                DataFormat.VQA_RAD,
                Map.of("questions", "data_RAD/trainset.json", "images", "images")));
    TrainingData data = DataPlans.load(plan, shared);
    assertThat(data.training().size() + data.validation().size()).isEqualTo(3_064);
    assertThat(data.unreadable()).isEmpty();
    assertThat(data.validation()).isNotEmpty();
    assertThat(data.training())
        .extracting(Sample::imageKey)
        .doesNotContainAnyElementsOf(data.validation().stream().map(Sample::imageKey).toList());
    assertThat(data.fingerprints().stream().filter(Fingerprint::hasImage))
        .hasSameSizeAs(data.images());
    TrainingDataTest.assertSame(DataPlans.resume(plan, shared, data), data);
  }
}
