package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Recognises what lies at a path. */
final class Layouts {

  private static final String QUESTIONS = "questions";
  private static final String CAPTIONS = "captions";
  private static final int HEAD_BYTES = 4_096;

  private Layouts() {}

  /**
   * The layout at a path.
   *
   * @param wanted the format that the user named, if any
   * @throws DataException if there is nothing, or nothing that is known
   */
  static Layout at(Path path, Optional<InspectFormat> wanted) {
    if (!Files.exists(path)) {
      throw new DataException("there is nothing at " + path);
    }
    Optional<Layout> layout = Files.isDirectory(path) ? folder(path, wanted) : file(path, wanted);
    return layout.orElseThrow(() -> new DataException(nothing(path, wanted)));
  }

  private static String nothing(Path path, Optional<InspectFormat> wanted) {
    if (wanted.isPresent()) {
      return "%s does not hold the format %s".formatted(path, wanted.get().label());
    }
    List<String> below = Files.isDirectory(path) ? below(path) : List.of();
    return path
        + " holds nothing that is known: expected VQA-RAD, VQA-Med 2019, SLAKE, captions (CSV or"
        + " JSON lines) or images (JPEG or PNG; DICOM is not read)"
        + (below.isEmpty() ? "" : "; " + String.join("; ", below));
  }

  private static List<String> below(Path path) {
    return Below.notes(path, folder -> annotated(folder).map(Layout::format));
  }

  private static Optional<Layout> file(Path path, Optional<InspectFormat> wanted) {
    Optional<InspectFormat> format = wanted.isPresent() ? wanted : formatOf(path);
    return format.flatMap(
        known ->
            switch (known) {
              case VQA_RAD -> Optional.of(vqaRadFile(path));
              case VQA_MED_2019, SLAKE -> Optional.of(single(known, QUESTIONS, path));
              case CAPTIONS_CSV, CAPTIONS_JSONL -> Optional.of(single(known, CAPTIONS, path));
              case IMAGES -> Optional.empty();
            });
  }

  private static Layout single(InspectFormat format, String role, Path path) {
    return new Layout(
        format,
        List.of(
            new Part(
                stem(path), withImages(Map.of(role, path), imagesNear(path)), Optional.empty())),
        List.of());
  }

  /** The public JSON marks its test questions; a file of data_RAD is one split. */
  private static Layout vqaRadFile(Path path) {
    Map<String, Path> files = withImages(Map.of(QUESTIONS, path), imagesNear(path));
    List<Part> parts =
        contains(path, "\"test_freeform\"")
            ? List.of(
                new Part("train", files, Optional.of("train")),
                new Part("test", files, Optional.of("test")))
            : List.of(new Part(stem(path), files, Optional.empty()));
    return new Layout(InspectFormat.VQA_RAD, parts, List.of());
  }

  private static Optional<Layout> folder(Path path, Optional<InspectFormat> wanted) {
    for (InspectFormat format : InspectFormat.values()) {
      if (wanted.isPresent() && wanted.get() != format) {
        continue;
      }
      Optional<Layout> layout = folder(path, format);
      if (layout.isPresent()) {
        return layout;
      }
    }
    return Optional.empty();
  }

  private static Optional<Layout> folder(Path path, InspectFormat format) {
    return switch (format) {
      case VQA_RAD -> vqaRad(path);
      case VQA_MED_2019 -> vqaMed(path);
      case SLAKE -> slake(path);
      case CAPTIONS_CSV, CAPTIONS_JSONL -> captions(path, format);
      case IMAGES ->
          ImageFiles.any(path)
              ? Optional.of(
                  new Layout(
                      format,
                      List.of(new Part(stem(path), Map.of("images", path), Optional.empty())),
                      below(path)))
              : Optional.empty();
    };
  }

  /** A folder that has annotations of its own; a table without images near it is none. */
  private static Optional<Layout> annotated(Path path) {
    return Arrays.stream(InspectFormat.values())
        .filter(format -> format != InspectFormat.IMAGES)
        .flatMap(format -> folder(path, format).stream())
        .filter(layout -> !captions(layout) || layout.parts().getFirst().hasImages())
        .findFirst();
  }

  private static boolean captions(Layout layout) {
    return switch (layout.format()) {
      case CAPTIONS_CSV, CAPTIONS_JSONL -> true;
      case VQA_RAD, VQA_MED_2019, SLAKE, IMAGES -> false;
    };
  }

  private static Optional<Layout> vqaRad(Path path) {
    Path split = Files.isDirectory(path.resolve("data_RAD")) ? path.resolve("data_RAD") : path;
    List<Part> parts = new ArrayList<>();
    for (String name : List.of("train", "test")) {
      Path file = split.resolve(name + "set.json");
      if (Files.isRegularFile(file)) {
        parts.add(
            new Part(
                name, withImages(Map.of(QUESTIONS, file), imagesNear(file)), Optional.empty()));
      }
    }
    List<Path> publicFiles =
        list(path).stream()
            .filter(file -> formatOf(file).filter(InspectFormat.VQA_RAD::equals).isPresent())
            .filter(file -> !parts.stream().anyMatch(part -> part.files().containsValue(file)))
            .toList();
    if (parts.isEmpty()) {
      return publicFiles.stream().findFirst().map(Layouts::vqaRadFile);
    }
    return Optional.of(
        new Layout(
            InspectFormat.VQA_RAD,
            parts,
            publicFiles.stream()
                .map(
                    file ->
                        "the splits are those of %s; inspect %s by its own path"
                            .formatted(split.getFileName(), file.getFileName()))
                .toList()));
  }

  private static Optional<Layout> vqaMed(Path path) {
    List<Part> parts = new ArrayList<>();
    for (String name : List.of("train", "val", "test")) {
      vqaMedPart(path.resolve(name), name).ifPresent(parts::add);
    }
    if (parts.isEmpty()) {
      vqaMedPart(path, stem(path)).ifPresent(parts::add);
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Layout(InspectFormat.VQA_MED_2019, parts, List.of()));
  }

  /**
   * The files of the four categories, because only they say the category; else a file of all pairs.
   */
  private static Optional<Part> vqaMedPart(Path folder, String name) {
    Map<String, Path> categories = new TreeMap<>();
    for (Path file : list(folder.resolve("QAPairsByCategory"))) {
      for (String category : List.of("modality", "plane", "organ", "abnormality")) {
        if (lower(file).matches("c[1-4]_" + category + ".*\\.txt")) {
          categories.put(category, file);
        }
      }
    }
    Map<String, Path> files =
        !categories.isEmpty()
            ? categories
            : list(folder).stream()
                .filter(file -> lower(file).matches("all_qa_pairs.*\\.txt|.*ref_answers\\.txt"))
                .findFirst()
                .map(file -> Map.of(QUESTIONS, file))
                .orElse(Map.of());
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Part(
                name,
                withImages(files, Optional.of(folder.resolve("images")).filter(Files::isDirectory)),
                Optional.empty()));
  }

  private static Optional<Layout> slake(Path path) {
    List<Part> parts = new ArrayList<>();
    for (String name : List.of("train", "validate", "validation", "test")) {
      Path file = path.resolve(name + ".json");
      if (formatOf(file).filter(InspectFormat.SLAKE::equals).isPresent()) {
        parts.add(
            new Part(
                name, withImages(Map.of(QUESTIONS, file), imagesNear(file)), Optional.empty()));
      }
    }
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Layout(InspectFormat.SLAKE, parts, List.of()));
  }

  private static Optional<Layout> captions(Path path, InspectFormat format) {
    String suffix = format == InspectFormat.CAPTIONS_CSV ? ".csv" : ".jsonl";
    List<Part> parts =
        list(path).stream()
            .filter(file -> lower(file).endsWith(suffix))
            .map(
                file ->
                    new Part(
                        stem(file),
                        withImages(Map.of(CAPTIONS, file), imagesNear(file)),
                        Optional.empty()))
            .toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Layout(format, parts, List.of()));
  }

  private static Optional<InspectFormat> formatOf(Path file) {
    String name = lower(file);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    if (name.endsWith(".csv")) {
      return Optional.of(InspectFormat.CAPTIONS_CSV);
    }
    if (name.endsWith(".jsonl")) {
      return Optional.of(InspectFormat.CAPTIONS_JSONL);
    }
    String head = head(file);
    if (name.endsWith(".json")) {
      if (head.contains("\"img_name\"")) {
        return Optional.of(InspectFormat.SLAKE);
      }
      return head.contains("\"image_name\"")
          ? Optional.of(InspectFormat.VQA_RAD)
          : Optional.empty();
    }
    boolean pairs = head.lines().findFirst().orElse("").split("\\|", -1).length > 2;
    return name.endsWith(".txt") && pairs
        ? Optional.of(InspectFormat.VQA_MED_2019)
        : Optional.empty();
  }

  /**
   * The folder of images beside an annotation file, above it, or the file's own folder if images
   * lie in it.
   */
  private static Optional<Path> imagesNear(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    for (Path around = folder;
        around != null;
        around = around == folder ? folder.getParent() : null) {
      for (String name : List.of("images", "imgs")) {
        if (Files.isDirectory(around.resolve(name))) {
          return Optional.of(around.resolve(name));
        }
      }
    }
    return Optional.ofNullable(folder).filter(ImageFiles::any);
  }

  private static Map<String, Path> withImages(Map<String, Path> files, Optional<Path> images) {
    Map<String, Path> all = new TreeMap<>(files);
    images.ifPresent(folder -> all.put("images", folder));
    return all;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot read folder %s: %s".formatted(folder, e), e);
    }
  }

  private static String head(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  private static boolean contains(Path file, String text) {
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(text));
    } catch (IOException | UncheckedIOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, e), e);
    }
  }

  private static String stem(Path path) {
    String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String lower(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }
}
