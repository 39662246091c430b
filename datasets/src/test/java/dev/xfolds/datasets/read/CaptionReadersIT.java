package dev.xfolds.datasets.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptionReadersIT {

  @TempDir Path temp;
  private DataFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new DataFolder(temp);
  }

  private CaptionData csv(String... lines) {
    return Readers.captions(
        CaptionFormat.CAPTIONS_CSV,
        Map.of(
            "captions",
            folder.file("c.csv", lines),
            "images",
            folder.images("PMC1_a.jpg", "PMC2_b.png")));
  }

  @Test
  void rocoCsvIsReadWithQuotesAndNamesWithoutSuffix() {
    CaptionData data =
        csv(
            "id,name,caption",
            "ROCO_1,PMC1_a.jpg,\" Chest \"\"CT\"\", axial",
            "second line. \"",
            "ROCO_2,PMC2_b,Plain text.\r",
            "");
    assertThat(data.items()).extracting(CaptionItem::id).containsExactly("ROCO_1", "ROCO_2");
    assertThat(data.items())
        .extracting(CaptionItem::caption)
        .containsExactly("Chest \"CT\", axial\nsecond line.", "Plain text.");
    assertThat(data.items().get(1).image().bytes()).isNotEmpty();
    assertThat(data.problems()).isEmpty();
  }

  @Test
  void idIsTheImageWhereNothingElseNamesIt() {
    CaptionData data = csv("ID,Caption", "PMC1_a,One", "PMC2_b,Two");
    assertThat(data.items())
        .extracting(item -> item.image().name())
        .containsExactly("PMC1_a", "PMC2_b");
    assertThat(data.problems()).isEmpty();
  }

  @Test
  void badRowsAreNamedByLine() {
    assertThatThrownBy(
            () ->
                csv(
                    "id,name,caption",
                    "1,PMC1_a.jpg,ok",
                    "2,PMC1_a.jpg",
                    "3,PMC1_a.jpg,\"two",
                    "lines\" and more,4",
                    "1,PMC1_a.jpg,again",
                    "5,../up.jpg,out",
                    "6,PMC1_a.jpg,",
                    "7,PMC1_a.jpg,\"never closed"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("c.csv, line 3: has 2 fields, expected 3 (id, name, caption)")
        .hasMessageContaining("c.csv, line 5: field 3 goes on with ' ' after its closing quote")
        .hasMessageContaining(
            "c.csv, line 6: field id is \"1\", expected an id that no earlier record has")
        .hasMessageContaining(
            "c.csv, line 7: field name is \"../up.jpg\", expected a name inside the folder of images")
        .hasMessageContaining("c.csv, line 8: field caption is empty")
        .hasMessageContaining("c.csv, line 9: the quote that begins field 3 is never closed");
  }

  @Test
  void headerWithoutCaptionIsRefused() {
    assertThatThrownBy(() -> csv("id,name", "1,PMC1_a"))
        .hasMessageContaining(
            "line 1: the header has the columns id, name, expected one of caption, text");
    assertThatThrownBy(() -> csv("id,id,caption", "1,1,a"))
        .hasMessageContaining("column id occurs twice");
    assertThatThrownBy(() -> csv("id,caption")).hasMessageContaining("hold no items");
  }

  @Test
  void jsonLinesAreReadAndFilteredByModality() {
    Map<String, Path> files =
        Map.of(
            "captions",
            folder.file(
                "c.jsonl",
                "{\"image\": \"PMC1_a\", \"caption\": \"One\", \"modality\": \"CT\"}",
                "",
                "{\"image\": \"PMC1_a\", \"text\": \"Other\", \"modality\": \"X-ray\"}",
                "{\"image\": \"PMC2_b.png\", \"caption\": \"Two\"}"),
            "images",
            folder.images("PMC1_a.jpg", "PMC2_b.png"));
    assertThat(Readers.captions(CaptionFormat.CAPTIONS_JSONL, files).items())
        .extracting(CaptionItem::id)
        .containsExactly("PMC1_a", "PMC1_a#2", "PMC2_b.png");
    CaptionData without = Readers.captions(CaptionFormat.CAPTIONS_JSONL, files, Set.of("ct"));
    assertThat(without.items()).extracting(CaptionItem::modality).containsExactly("xray", "");
    assertThat(without.problems())
        .singleElement()
        .asString()
        .contains("the modality of 1 of 2 images is not known");
  }

  @Test
  void badJsonLineIsNamed() {
    Path file =
        folder.file(
            "c.jsonl",
            "{\"image\": \"a\", \"caption\": \"x\"}",
            "{\"image\": ",
            "[]",
            "{\"a\": 1} {}");
    assertThatThrownBy(
            () -> Readers.captions(CaptionFormat.CAPTIONS_JSONL, Map.of("captions", file)))
        .hasMessageContaining("c.jsonl, line 2: is not JSON")
        .hasMessageContaining("c.jsonl, line 3: is array, expected an object")
        .hasMessageContaining("c.jsonl, line 4: is not JSON");
  }
}
