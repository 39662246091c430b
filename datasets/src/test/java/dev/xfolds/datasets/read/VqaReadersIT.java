package dev.xfolds.datasets.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.VqaItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VqaReadersIT {

  @TempDir Path temp;
  private DataFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new DataFolder(temp);
  }

  private static String rad(String qid, String image, String question, String answer, String rest) {
    return """
        {"qid": %s, "image_name": "%s", "question": "%s", "answer": %s, "answer_type": "CLOSED"%s}"""
        .formatted(qid, image, question, answer, rest);
  }

  private VqaData readRad(String... records) {
    return Readers.vqa(
        VqaFormat.VQA_RAD,
        Map.of(
            "questions",
            folder.file("q.json", "[", String.join(",\n", records), "]"),
            "images",
            folder.images("a.jpg")),
        Optional.empty());
  }

  @Test
  void vqaRadRecordIsReadWithItsTraps() {
    VqaData data =
        readRad(
            """
            {"qid": "7", "phrase_type": "test_freeform", "image_name": "a.jpg", "image_organ": "HEAD",
             "question": " How many? ", "question_type": "COUNT", "answer": 3, "answer_type": "CLOSED "}""");
    VqaItem item = data.items().getFirst();
    assertThat(item.id()).isEqualTo("7");
    assertThat(item.question()).isEqualTo("How many?");
    assertThat(item.answers()).containsExactly("3");
    assertThat(item.answerType()).isEqualTo(AnswerType.CLOSED);
    assertThat(item.organ()).isEqualTo("HEAD");
    assertThat(item.phraseType()).isEqualTo("freeform");
    assertThat(item.image().bytes()).isNotEmpty();
    assertThat(data.problems()).isEmpty();
  }

  @Test
  void digestOfOneFileIsItsSha256() {
    Path file = folder.file("q.json", "[", rad("1", "a.jpg", "q", "\"a\"", ""), "]");
    VqaData data =
        Readers.vqa(
            VqaFormat.VQA_RAD,
            Map.of("questions", file, "images", folder.images("a.jpg")),
            Optional.of(""));
    assertThat(data.annotationDigest())
        .isEqualTo(Annotations.read(Map.of("questions", file)).digest())
        .hasSize(64);
  }

  @Test
  void everyWrongRecordIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                readRad(
                    rad("1", "a.jpg", "q", "\"a\"", ""),
                    rad("1", "a.jpg", "q", "\"a\"", ""),
                    "{\"qid\": 3}",
                    rad("4", "a.jpg", "", "\"a\"", ""),
                    rad("5", "../../etc/passwd", "q", "\"a\"", ""),
                    rad("6", "/etc/passwd", "q", "\"a\"", ""),
                    rad("7", "a.jpg", "x".repeat(20_000), "\"a\"", ""),
                    "12"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "q.json, record 2 (line 3): field qid is \"1\", expected an id that no earlier record has")
        .hasMessageContaining("record 3 (line 4): field image_name is missing, expected text")
        .hasMessageContaining("record 3 (line 4): field answer_type is missing, expected text")
        .hasMessageContaining("record 4 (line 5): field question is empty, expected text")
        .hasMessageContaining(
            "record 5 (line 6): field image_name is \"../../etc/passwd\", expected a name inside the folder of images")
        .hasMessageContaining("field image_name is \"/etc/passwd\"")
        .hasMessageContaining(
            "record 7 (line 8): field question has 20,000 characters, expected at most 16,384")
        .hasMessageContaining("record 8 (line 9): is number, expected an object");
  }

  @Test
  void unknownAnswerTypeIsNamed() {
    assertThatThrownBy(
            () ->
                readRad(
                    """
                    {"qid": 1, "image_name": "a.jpg", "question": "q", "answer": "a", "answer_type": "HALF"}"""))
        .hasMessageContaining("field answer_type is \"HALF\", expected one of [OPEN, CLOSED]");
  }

  @Test
  void brokenJsonIsNamedByLine() {
    Path cut = folder.file("cut.json", "[", "{\"qid\": 1,", " \"image_name\":");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_RAD, Map.of("questions", cut), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cut.json, line 3: is not JSON");
    Path object = folder.file("object.json", "{}");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_RAD, Map.of("questions", object), Optional.empty()))
        .hasMessageContaining("object.json must be a JSON array of records, begins with {");
  }

  @Test
  void missingEmptyAndUnreadableFilesAreNamed() throws IOException {
    Path none = temp.resolve("none.json");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.SLAKE, Map.of("questions", none), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no file " + none);
    Path empty = folder.file("empty.json");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.SLAKE, Map.of("questions", empty), Optional.empty()))
        .hasMessageContaining("empty.json is empty");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.SLAKE, Map.of("questions", temp), Optional.empty()))
        .hasMessageContaining("is a folder, expected a file");
    Path latin = temp.resolve("latin.txt");
    Files.write(latin, new byte[] {'a', '|', 'b', '|', 'c', '\n', (byte) 0xe9});
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_MED_2019, Map.of("questions", latin), Optional.empty()))
        .hasMessageContaining("latin.txt, line 2: byte 0xe9 is not UTF-8");
    Path good = folder.file("q.json", "[", rad("1", "a.jpg", "q", "\"a\"", ""), "]");
    assertThatThrownBy(
            () ->
                Readers.vqa(
                    VqaFormat.VQA_RAD, Map.of("questions", good, "images", none), Optional.empty()))
        .hasMessageContaining("expected the folder of images");
    Path bare = Files.createDirectory(temp.resolve("bare"));
    assertThatThrownBy(
            () ->
                Readers.vqa(
                    VqaFormat.VQA_RAD, Map.of("questions", good, "images", bare), Optional.empty()))
        .hasMessageContaining("is empty, expected images");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_RAD, Map.of("question", good), Optional.empty()))
        .hasMessage("files must have the roles questions and images, have question");
  }

  @Test
  void linksOutOfTheImageFolderAreRefusedAndTheFolderMayBeOne() throws IOException {
    Path images = folder.images("a.jpg");
    Path secret = folder.file("secret.txt", "secret");
    Files.createSymbolicLink(images.resolve("out.jpg"), secret);
    Files.createSymbolicLink(images.resolve("in.jpg"), images.resolve("a.jpg"));
    Path mount = Files.createSymbolicLink(temp.resolve("mount"), images);
    Path good = folder.file("good.json", "[", rad("1", "in.jpg", "q", "\"a\"", ""), "]");
    VqaData data =
        Readers.vqa(
            VqaFormat.VQA_RAD, Map.of("questions", good, "images", mount), Optional.empty());
    assertThat(data.items().getFirst().image().bytes()).isNotEmpty();
    Path bad = folder.file("bad.json", "[", rad("1", "out.jpg", "q", "\"a\"", ""), "]");
    assertThatThrownBy(
            () ->
                Readers.vqa(
                    VqaFormat.VQA_RAD, Map.of("questions", bad, "images", mount), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("field image_name is \"out.jpg\"")
        .hasMessageContaining("not a link that leads out of it");
  }

  @Test
  void imagesWithoutFileAreNamedAndFailWhenRead() {
    VqaData data =
        readRad(rad("1", "a.jpg", "q", "\"a\"", ""), rad("2", "b.jpg", "q", "\"a\"", ""));
    assertThat(data.problems())
        .singleElement()
        .asString()
        .contains("1 of 2 images have no file in", "b.jpg");
    assertThatThrownBy(() -> data.items().get(1).image().bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageStartingWith("image b.jpg: no file ");
  }

  @Test
  void splitOfThePublicJsonIsInThePhraseType() {
    Path file =
        folder.file(
            "q.json",
            "[",
            rad("1", "a.jpg", "q", "\"a\"", ", \"phrase_type\": \"freeform\"") + ",",
            rad("2", "a.jpg", "q", "\"a\"", ", \"phrase_type\": \"test_para\"") + "]");
    Map<String, Path> files = Map.of("questions", file, "images", folder.images("a.jpg"));
    assertThat(Readers.vqa(VqaFormat.VQA_RAD, files, Optional.of("train")).items())
        .extracting(VqaItem::id)
        .containsExactly("1");
    assertThat(Readers.vqa(VqaFormat.VQA_RAD, files, Optional.of("test")).items())
        .extracting(VqaItem::id)
        .containsExactly("2");
    assertThatThrownBy(() -> Readers.vqa(VqaFormat.VQA_RAD, files, Optional.of("val")))
        .hasMessage("split of vqa-rad must be train, test or empty, was val");
    Path one = folder.file("one.json", "[", rad("1", "a.jpg", "q", "\"a\"", ""), "]");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_RAD, Map.of("questions", one), Optional.of("test")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("leave split empty, was test");
  }

  @Test
  void excludedModalityIsLeftOutAndTheUnknownIsCounted() {
    folder.images("a.jpg", "b.jpg", "c.jpg");
    Path file =
        folder.file(
            "q.json",
            "[",
            rad("1", "a.jpg", "Is this a CT?", "\"Yes\"", ", \"question_type\": \"MODALITY\"")
                + ",",
            rad("2", "a.jpg", "Is it big?", "\"no\"", "") + ",",
            rad("3", "b.jpg", "Is this an MRI?", "\"no\"", "") + ",",
            rad("4", "c.jpg", "What is wrong in this MRI?", "\"all\"", "") + "]");
    VqaData data =
        Readers.vqa(
            VqaFormat.VQA_RAD,
            Map.of("questions", file, "images", temp.resolve("images")),
            Optional.empty(),
            Set.of("ct"));
    assertThat(data.items()).extracting(VqaItem::id).containsExactly("3", "4");
    assertThat(data.items()).extracting(VqaItem::modality).containsExactly("", "mr");
    assertThat(data.problems())
        .singleElement()
        .asString()
        .contains("the modality of 1 of 3 images is not known");
  }

  @Test
  void vqaMedTestLineHasItsCategoryAndAlternatives() {
    Path file =
        folder.file(
            "test.txt",
            "\ufeffa|organ|what organ?|lung#spine",
            "a|modality|what modality is shown?|ct w/contrast (iv)",
            "");
    VqaData data =
        Readers.vqa(
            VqaFormat.VQA_MED_2019,
            Map.of("questions", file, "images", folder.images("a.jpg")),
            Optional.empty());
    assertThat(data.problems()).isEmpty();
    assertThat(data.items()).extracting(VqaItem::questionType).containsExactly("organ", "modality");
    assertThat(data.items()).extracting(VqaItem::modality).containsOnly("ct");
    assertThat(data.items().getFirst().answers()).containsExactly("lung", "spine");
    assertThat(data.items().getFirst().image().bytes()).isNotEmpty();
  }

  @Test
  void vqaMedCategoryFilesGiveTheQuestionType() {
    Map<String, Path> files =
        Map.of(
            "plane", folder.file("c2.txt", "a|which plane?|axial"),
            "modality", folder.file("c1.txt", "a|is this a ct scan?|yes"),
            "images", folder.images("a.jpg"));
    VqaData data = Readers.vqa(VqaFormat.VQA_MED_2019, files, Optional.empty());
    assertThat(data.items()).extracting(VqaItem::id).containsExactly("modality:1", "plane:1");
    assertThat(data.items()).extracting(VqaItem::questionType).containsExactly("modality", "plane");
    assertThat(data.items())
        .extracting(VqaItem::answerType)
        .containsExactly(AnswerType.CLOSED, AnswerType.OPEN);
  }

  @Test
  void vqaMedBadLineIsNamed() {
    Path file = folder.file("train.txt", "a|q|x", "a|q", "a|q|x|y", "a||x");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.VQA_MED_2019, Map.of("questions", file), Optional.empty()))
        .hasMessageContaining("3 wrong rows")
        .hasMessageContaining("train.txt, line 2: has 2 fields, expected 3 (image|question|answer)")
        .hasMessageContaining("train.txt, line 3: has 4 fields")
        .hasMessageContaining("train.txt, line 4: field question is empty");
  }

  @Test
  void slakeIsReadWithoutImagesAndByLanguage() {
    Path file =
        folder.file(
            "s.json",
            """
            [{"qid": 0, "img_name": "xmlab1/source.jpg", "question": "What modality?", "answer": "MRI", "q_lang": "en",
              "location": "Abdomen", "modality": "MRI", "answer_type": "OPEN", "base_type": "vqa",
              "content_type": "Modality", "triple": ["vhead", "_", "_"]},
             {"qid": 1, "img_name": "xmlab2/source.jpg", "question": "包含肝脏吗?", "answer": "是", "q_lang": "zh",
              "location": "Lung", "modality": "X-Ray", "answer_type": "CLOSED", "content_type": "Organ"}]""");
    Map<String, Path> files = Map.of("questions", file);
    VqaData data = Readers.vqa(VqaFormat.SLAKE, files, Optional.empty());
    assertThat(data.items()).extracting(VqaItem::modality).containsExactly("mr", "xray");
    assertThat(data.problems())
        .containsExactly("no folder of images was given: none of 2 images can be read");
    assertThatThrownBy(() -> data.items().getFirst().image().bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("image xmlab1/source.jpg: no folder of images was given");
    assertThat(Readers.vqa(VqaFormat.SLAKE, files, Optional.of("zh")).items())
        .extracting(VqaItem::id)
        .containsExactly("1");
    assertThatThrownBy(() -> Readers.vqa(VqaFormat.SLAKE, files, Optional.of("train")))
        .hasMessageContaining("split of slake must be a language (en, zh) or empty");
    assertThatThrownBy(
            () -> Readers.vqa(VqaFormat.SLAKE, files, Optional.empty(), Set.of("mr", "xray")))
        .hasMessageContaining("excludeModalities leaves none of 2 items");
  }

  @Test
  void unknownFormatGetsTheNearestName() {
    assertThat(VqaFormat.named("slake")).isEqualTo(VqaFormat.SLAKE);
    assertThatThrownBy(() -> VqaFormat.named("vqarad"))
        .hasMessage(
            "format must be one of vqa-rad, vqa-med-2019, slake, was vqarad; nearest: vqa-rad");
  }
}
