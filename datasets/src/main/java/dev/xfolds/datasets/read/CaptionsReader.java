package dev.xfolds.datasets.read;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Captions in comma-separated files and JSON lines; the names of columns are in {@link
 * CaptionFormat}.
 */
final class CaptionsReader {

  private static final List<String> CAPTION = List.of("caption", "text");
  private static final List<String> IMAGE =
      List.of("name", "image", "image_name", "file_name", "file", "id");

  private final ImageFolder images;
  private final RowProblems problems;
  private final List<CaptionItem> items = new ArrayList<>();
  private final Map<String, Integer> captionsByImage = new HashMap<>();
  private final Set<String> ids = new HashSet<>();

  CaptionsReader(ImageFolder images, RowProblems problems) {
    this.images = images;
    this.problems = problems;
  }

  List<CaptionItem> readCsv(AnnotationFile file) {
    List<String> columns = new ArrayList<>();
    CsvRows.read(
        file,
        problems,
        header -> {
          columns.addAll(header);
          require(file, header, CAPTION);
          require(file, header, IMAGE);
        },
        row -> add(row, first(columns, IMAGE), first(columns, CAPTION)));
    return items;
  }

  List<CaptionItem> readJsonLines(AnnotationFile file) {
    JsonRows.ofLines(
        file,
        problems,
        row -> {
          List<String> present =
              Stream.concat(IMAGE.stream(), CAPTION.stream()).filter(row::has).toList();
          add(row, first(present, IMAGE), first(present, CAPTION));
        });
    return items;
  }

  private void add(Row row, String imageField, String captionField) {
    String name = row.name(imageField);
    String caption = row.text(captionField);
    String given = row.optional("id");
    if (!given.isEmpty() && !ids.add(given)) {
      row.wrong("id", given, "an id that no earlier record has");
    }
    String modality = row.optional("modality");
    Optional<ImageSource> image = ImageNames.find(images, row, imageField, name);
    if (!row.isWrong()) {
      items.add(
          new CaptionItem(
              given.isEmpty() ? numbered(name) : given,
              image.orElseThrow(),
              caption,
              ModalityWords.in(modality).orElse(modality.toLowerCase(Locale.ROOT))));
    }
  }

  /** Without an id column the image's name is the id; further captions of an image are counted. */
  private String numbered(String name) {
    int captions = captionsByImage.merge(name, 1, Integer::sum);
    return captions == 1 ? name : name + "#" + captions;
  }

  /**
   * The first of the accepted names that is present; if none is, the first accepted one, for the
   * message.
   */
  private static String first(List<String> present, List<String> accepted) {
    return accepted.stream().filter(present::contains).findFirst().orElse(accepted.getFirst());
  }

  private static void require(AnnotationFile file, List<String> header, List<String> accepted) {
    if (accepted.stream().noneMatch(header::contains)) {
      throw new DataException(
          "%s, line 1: the header has the columns %s, expected one of %s"
              .formatted(file.path(), String.join(", ", header), String.join(", ", accepted)));
    }
  }
}
