package dev.xfolds.datasets.read;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.VqaItem;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The way from files to items. Every annotation file is read whole, checked row by row and closed
 * again; images are opened when they are asked for.
 */
public final class Readers {

  static final String IMAGES = "images";

  private Readers() {}

  /**
   * Reads questions.
   *
   * @param files by role, see {@link VqaFormat}
   * @param split as the format names it, or empty for all items of the files
   * @throws DataException if a file is missing, empty, unreadable or too large, or if rows are
   *     wrong: it names the file and up to 20 rows with field, value and what was expected
   */
  public static VqaData vqa(VqaFormat format, Map<String, Path> files, Optional<String> split) {
    return vqa(format, files, split, Set.of());
  }

  /**
   * Reads questions, without those about images of some modalities. Modalities are annotated in
   * SLAKE; in VQA-RAD and VQA-Med they are taken from what questions and answers say about the
   * image, and {@link VqaData#problems} counts the images of which nothing is known: they stay.
   *
   * @param excludeModalities "ct", "mr", "xray", "us", ...
   * @throws DataException as above
   */
  public static VqaData vqa(
      VqaFormat format,
      Map<String, Path> files,
      Optional<String> split,
      Set<String> excludeModalities) {
    Annotations annotations = Annotations.read(files);
    ImageFolder images = ImageFolder.of(Optional.ofNullable(files.get(IMAGES)));
    RowProblems rows = new RowProblems();
    Optional<String> part = split.filter(name -> !name.isEmpty());
    List<VqaItem> all =
        switch (format) {
          case VQA_RAD -> new VqaRadReader(images, rows).read(annotations.only("questions"), part);
          case VQA_MED_2019 -> new VqaMedReader(images, rows).read(annotations, part);
          case SLAKE -> new SlakeReader(images, rows).read(annotations.only("questions"), part);
        };
    rows.throwIfAny();
    List<VqaItem> items =
        all.stream().filter(item -> !excludeModalities.contains(item.modality())).toList();
    requireAny(items, all, files);
    noteUnknown(
        all.stream()
            .collect(Collectors.toMap(i -> i.image().name(), VqaItem::modality, (a, b) -> a)),
        excludeModalities,
        rows);
    images.noteMissing(rows);
    return new VqaData(items, rows.notes(), annotations.digest());
  }

  /**
   * Reads captions.
   *
   * @param files by role, see {@link CaptionFormat}
   * @throws DataException as {@link #vqa(VqaFormat, Map, Optional)}
   */
  public static CaptionData captions(CaptionFormat format, Map<String, Path> files) {
    return captions(format, files, Set.of());
  }

  /**
   * Reads captions, without those of images of some modalities; images without an annotated
   * modality stay.
   *
   * @throws DataException as {@link #vqa(VqaFormat, Map, Optional)}
   */
  public static CaptionData captions(
      CaptionFormat format, Map<String, Path> files, Set<String> excludeModalities) {
    Annotations annotations = Annotations.read(files);
    ImageFolder images = ImageFolder.of(Optional.ofNullable(files.get(IMAGES)));
    RowProblems rows = new RowProblems();
    CaptionsReader reader = new CaptionsReader(images, rows);
    AnnotationFile file = annotations.only("captions");
    List<CaptionItem> all =
        switch (format) {
          case CAPTIONS_CSV -> reader.readCsv(file);
          case CAPTIONS_JSONL -> reader.readJsonLines(file);
        };
    rows.throwIfAny();
    List<CaptionItem> items =
        all.stream().filter(item -> !excludeModalities.contains(item.modality())).toList();
    requireAny(items, all, files);
    noteUnknown(
        all.stream()
            .collect(Collectors.toMap(i -> i.image().name(), CaptionItem::modality, (a, b) -> a)),
        excludeModalities,
        rows);
    images.noteMissing(rows);
    return new CaptionData(items, rows.notes(), annotations.digest());
  }

  private static void requireAny(Collection<?> items, Collection<?> all, Map<String, Path> files) {
    if (items.isEmpty()) {
      Map<String, Path> named = new TreeMap<>(files);
      named.remove(IMAGES);
      throw new DataException(
          all.isEmpty()
              ? "%s hold no items of this split, expected at least one".formatted(named.values())
              : "%s: excludeModalities leaves none of %,d items"
                  .formatted(named.values(), all.size()));
    }
  }

  private static void noteUnknown(
      Map<String, String> modalityByImage, Set<String> excludeModalities, RowProblems rows) {
    if (excludeModalities.isEmpty()) {
      return;
    }
    long unknown = modalityByImage.values().stream().filter(String::isEmpty).count();
    if (unknown > 0) {
      rows.note(
          "the modality of %,d of %,d images is not known: excludeModalities %s cannot judge them, they stay"
              .formatted(unknown, modalityByImage.size(), excludeModalities));
    }
  }
}
