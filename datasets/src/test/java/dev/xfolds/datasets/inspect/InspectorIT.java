package dev.xfolds.datasets.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.SharedFiles;
import dev.xfolds.datasets.image.EncodedImages;
import dev.xfolds.datasets.inspect.Inspection.Overlap;
import dev.xfolds.datasets.inspect.Inspection.Split;
import dev.xfolds.datasets.inspect.Inspection.Unreadable;
import dev.xfolds.datasets.read.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectorIT {

  @TempDir Path temp;
  private DataFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new DataFolder(temp);
  }

  private Inspection inspect(Path path) {
    return Inspector.inspect(path, Optional.empty());
  }

  private void blobs(String name, int seed, int size) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, EncodedImages.png(EncodedImages.blobs(size, size, seed)));
  }

  private static String rad(int id, String image, String question, String answer, String type) {
    return """
        {"qid": %d, "image_name": "%s", "question": "%s", "answer": "%s", "answer_type": "%s", "image_organ": "HEAD"}"""
        .formatted(id, image, question, answer, type);
  }

  @Test
  void overlapOfVqaRadSplitsIsCounted() throws IOException {
    blobs("images/a.jpg", 1, 64);
    blobs("images/b.jpg", 2, 64);
    blobs("images/near-b.jpg", 2, 96);
    folder.file(
        "data_RAD/trainset.json",
        "[" + rad(1, "a.jpg", "Where?", "Left", "OPEN"),
        "," + rad(2, "a.jpg", "Where?", "left side", "OPEN"),
        "," + rad(3, "b.jpg", "Is it big?", "yes", "CLOSED") + "]");
    folder.file(
        "data_RAD/testset.json",
        "[" + rad(1, "a.jpg", "Where?", "Left", "OPEN"),
        "," + rad(2, "near-b.jpg", "What?", "a mass", "OPEN"),
        "," + rad(3, "near-b.jpg", "Side?", "LEFT", "OPEN") + "]");
    Inspection facts = inspect(temp);
    assertThat(facts.format()).isEqualTo(InspectFormat.VQA_RAD);
    assertThat(facts.splits()).extracting(Split::name).containsExactly("train", "test");
    Split train = facts.splits().getFirst();
    assertThat(train.items()).isEqualTo(3);
    assertThat(train.images()).isEqualTo(2);
    assertThat(train.distinctTexts()).isEqualTo(2);
    assertThat(train.repeated()).isEqualTo(1);
    assertThat(train.labels()).containsEntry("answer type", Map.of("OPEN", 2, "CLOSED", 1));
    assertThat(train.labels()).containsEntry("organ", Map.of("HEAD", 3));
    assertThat(facts.overlaps())
        .containsExactly(new Overlap("test", "train", 1, 2, 1, 1, 3, 1, 3, 3, 1));
    assertThat(facts.duplicates().nearPairs()).isEqualTo(1);
    assertThat(facts.duplicates().nearExamples()).containsExactly(List.of("b.jpg", "near-b.jpg"));
  }

  @Test
  void plainFolderSaysWhatCannotBeReadAndWhatIsTwice() throws IOException {
    blobs("a.png", 1, 64);
    blobs("below/again.png", 1, 64);
    folder.file("text.jpg", "Not found");
    Files.createFile(temp.resolve("empty.png"));
    folder.file("readme.md", "no image");
    Inspection facts = inspect(temp);
    assertThat(facts.format()).isEqualTo(InspectFormat.IMAGES);
    assertThat(facts.splits().getFirst().items()).isEqualTo(4);
    assertThat(facts.duplicates().exactImages()).isEqualTo(1);
    assertThat(facts.duplicates().exactGroups())
        .containsExactly(List.of("a.png", "below/again.png"));
    assertThat(facts.unreadable())
        .extracting(Unreadable::image)
        .containsExactly("empty.png", "text.jpg");
    assertThat(facts.unreadable().get(1).reason())
        .isEqualTo("is a text file that begins with \"Not found\", expected a JPEG or PNG file");
  }

  @Test
  void imagesAreFoundHoweverDeepAndDataSetsBelowAreNamed() throws IOException {
    blobs("a.png", 1, 64);
    blobs("one/two/three/four/five/deep.png", 2, 64);
    folder.file("sets/slake/train.json", "[{\"img_name\": \"x.jpg\"}]");
    blobs("sets/slake/imgs/x/source.png", 3, 64);
    folder.file("sets/rad/data_RAD/trainset.json", "[" + rad(1, "a", "q", "a", "OPEN") + "]");
    folder.file("numbers/of/something.csv", "x,y", "1,2");
    Path elsewhere = Files.createDirectory(temp.resolve("zz"));
    Files.createSymbolicLink(temp.resolve("link"), elsewhere);
    Inspection facts = inspect(temp);
    assertThat(facts.format()).isEqualTo(InspectFormat.IMAGES);
    assertThat(facts.splits().getFirst().items()).isEqualTo(3);
    assertThat(facts.notes())
        .containsExactly(
            "annotations below are not read, inspect each by its own path: sets/rad (vqa-rad),"
                + " sets/slake (slake)",
            "links to folders are not followed: link");
  }

  @Test
  void parentOfDataSetsWithoutImagesNamesThem() {
    folder.file("sets/rad/trainset.json", "[" + rad(1, "a", "q", "a", "OPEN") + "]");
    assertThatThrownBy(() -> inspect(temp))
        .hasMessageContaining("holds nothing that is known")
        .hasMessageEndingWith("inspect each by its own path: sets/rad (vqa-rad)");
  }

  @Test
  void captionFoldersAndFilesAreRecognised() {
    folder.images("a.jpg", "b.jpg");
    Path csv = folder.file("train.csv", "id,name,caption,modality", "1,a,One,CT", "2,b,Two,");
    folder.file("test.csv", "id,name,caption", "1,a,One");
    assertThat(inspect(temp).format()).isEqualTo(InspectFormat.CAPTIONS_CSV);
    assertThat(inspect(temp).splits()).extracting(Split::name).containsExactly("test", "train");
    assertThat(inspect(csv).splits().getFirst().labels())
        .isEqualTo(Map.of("modality", Map.of("ct", 1, Inspector.UNKNOWN, 1)));
    assertThat(inspect(csv).unreadable()).isEmpty();
    Path lines = folder.file("more/c.jsonl", "{\"image\": \"a\", \"caption\": \"x\"}");
    assertThat(inspect(lines).format()).isEqualTo(InspectFormat.CAPTIONS_JSONL);
  }

  @Test
  void slakeWithoutImagesIsToldApartByNameAndNearIsNotKnown() {
    String record =
        """
        [{"qid": %d, "img_name": "x/source.jpg", "question": "q", "answer": "a", "q_lang": "en",
          "modality": "CT", "answer_type": "OPEN"}]""";
    folder.file("train.json", record.formatted(1));
    folder.file("test.json", record.formatted(2));
    Inspection facts = inspect(temp);
    assertThat(facts.format()).isEqualTo(InspectFormat.SLAKE);
    assertThat(facts.overlaps().getFirst().images()).isEqualTo(1);
    assertThat(facts.overlaps().getFirst().nearImages()).isNull();
    assertThat(facts.duplicates().nearPairs()).isNull();
    assertThat(facts.unreadable()).hasSize(1);
    assertThat(facts.notes()).anyMatch(note -> note.startsWith("no image can be read"));
  }

  @Test
  void vqaMedFolderIsReadByCategory() {
    folder.image("train/images/a.jpg");
    folder.image("test/images/b.jpg");
    folder.file("train/QAPairsByCategory/C1_Modality_train.txt", "a|what modality?|ct");
    folder.file("train/QAPairsByCategory/C2_Plane_train.txt", "a|which plane?|axial");
    folder.file(
        "test/VQAMed2019_Test_Questions_w_Ref_Answers.txt", "b|plane|which plane?|axial#coronal");
    Inspection facts = inspect(temp);
    assertThat(facts.format()).isEqualTo(InspectFormat.VQA_MED_2019);
    assertThat(facts.splits().getFirst().labels())
        .containsEntry("question type", Map.of("modality", 1, "plane", 1));
    assertThat(facts.overlaps().getFirst().unseenAnswers()).isZero();
  }

  @Test
  void whatIsNotKnownIsSaid() {
    Path none = temp.resolve("none");
    assertThatThrownBy(() -> inspect(none))
        .isInstanceOf(DataException.class)
        .hasMessage("there is nothing at " + none);
    assertThatThrownBy(() -> inspect(temp))
        .hasMessageContaining("holds nothing that is known")
        .hasMessageEndingWith("or images (JPEG or PNG; DICOM is not read)");
    assertThatThrownBy(() -> Inspector.inspect(temp, Optional.of(InspectFormat.SLAKE)))
        .hasMessage(temp + " does not hold the format slake");
  }

  @Test
  void officialSplitOfVqaRadIsShownAsItIs() {
    Inspection facts = inspect(SharedFiles.data("vqa-rad"));
    assertThat(facts.splits()).extracting(Split::items).containsExactly(3_064, 451);
    Overlap overlap = facts.overlaps().getFirst();
    assertThat(overlap.images()).isEqualTo(203);
    assertThat(overlap.ofImages()).isEqualTo(203);
    assertThat(overlap.repeatedItems()).isEqualTo(14);
    assertThat(overlap.unseenAnswers()).isEqualTo(41);
    assertThat(overlap.openQuestions()).isEqualTo(179);
    assertThat(facts.unreadable()).isEmpty();
  }
}
