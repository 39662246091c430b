package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.datasets.inspect.Inspection.Split;
import dev.xfolds.datasets.read.CaptionData;
import dev.xfolds.datasets.read.CaptionFormat;
import dev.xfolds.datasets.read.Readers;
import dev.xfolds.datasets.read.VqaData;
import dev.xfolds.datasets.read.VqaFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a data set and gathers the facts about it. */
public final class Inspector {

  /** In place of a value that is not known. */
  static final String UNKNOWN = "(unknown)";

  private Inspector() {}

  /**
   * Inspects what lies at a path. Every image is read and decoded.
   *
   * @param format to read it as, or empty to recognise it
   * @throws dev.xfolds.datasets.DataException if there is nothing that is known, or its annotations
   *     are wrong
   */
  public static Inspection inspect(Path path, Optional<InspectFormat> format) {
    Layout layout = Layouts.at(path, format);
    Set<String> notes = new LinkedHashSet<>(layout.notes());
    List<Entries> splits = new ArrayList<>();
    for (Part part : layout.parts()) {
      splits.add(new Entries(part.name(), read(layout.format(), part, notes)));
    }
    ImageIndex images = ImageIndex.of(splits);
    images.note().ifPresent(notes::add);
    List<Inspection.Overlap> overlaps = new ArrayList<>();
    for (int i = 1; i < splits.size(); i++) {
      for (int j = 0; j < i; j++) {
        overlaps.add(OverlapCount.of(splits.get(i), splits.get(j), images));
      }
    }
    return new Inspection(
        path.toString(),
        layout.format(),
        unit(layout.format()),
        ImageIndex.NEAR,
        splits.stream().map(Inspector::split).toList(),
        overlaps,
        images.duplicates(),
        images.unreadable(),
        List.copyOf(notes));
  }

  private static String unit(InspectFormat format) {
    return switch (format) {
      case VQA_RAD, VQA_MED_2019, SLAKE -> "questions";
      case CAPTIONS_CSV, CAPTIONS_JSONL -> "captions";
      case IMAGES -> "images";
    };
  }

  private static List<Entry> read(InspectFormat format, Part part, Set<String> notes) {
    return switch (format) {
      case VQA_RAD -> questions(VqaFormat.VQA_RAD, part, notes);
      case VQA_MED_2019 -> questions(VqaFormat.VQA_MED_2019, part, notes);
      case SLAKE -> questions(VqaFormat.SLAKE, part, notes);
      case CAPTIONS_CSV -> captions(CaptionFormat.CAPTIONS_CSV, part, notes);
      case CAPTIONS_JSONL -> captions(CaptionFormat.CAPTIONS_JSONL, part, notes);
      case IMAGES ->
          ImageFiles.in(part.files().get("images")).stream()
              .map(image -> new Entry(image, "", List.of(), false, Map.of()))
              .toList();
    };
  }

  private static List<Entry> questions(VqaFormat format, Part part, Set<String> notes) {
    VqaData data = Readers.vqa(format, part.files(), part.split());
    data.problems().forEach(problem -> notes.add(part.name() + ": " + problem));
    List<Entry> entries = new ArrayList<>();
    for (VqaItem item : data.items()) {
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("answer type", item.answerType().name());
      labels.put("modality", item.modality());
      labels.put("organ", item.organ());
      labels.put("phrase type", item.phraseType());
      labels.put("question type", item.questionType());
      entries.add(
          new Entry(
              item.image(),
              item.question(),
              item.answers(),
              item.answerType() == AnswerType.OPEN,
              labels));
    }
    return entries;
  }

  private static List<Entry> captions(CaptionFormat format, Part part, Set<String> notes) {
    CaptionData data = Readers.captions(format, part.files());
    data.problems().forEach(problem -> notes.add(part.name() + ": " + problem));
    List<Entry> entries = new ArrayList<>();
    for (CaptionItem item : data.items()) {
      entries.add(
          new Entry(
              item.image(), item.caption(), List.of(), false, Map.of("modality", item.modality())));
    }
    return entries;
  }

  private static Split split(Entries split) {
    Set<String> images = new HashSet<>();
    Set<String> texts = new HashSet<>();
    Set<List<String>> pairs = new HashSet<>();
    Map<String, Map<String, Integer>> labels = new LinkedHashMap<>();
    for (Entry entry : split.entries()) {
      images.add(entry.image().name());
      if (!entry.text().isEmpty()) {
        texts.add(entry.text());
      }
      pairs.add(List.of(entry.image().name(), entry.text()));
      entry
          .labels()
          .forEach(
              (property, value) ->
                  labels
                      .computeIfAbsent(property, p -> new HashMap<>())
                      .merge(value.isEmpty() ? UNKNOWN : value, 1, Integer::sum));
    }
    labels
        .values()
        .removeIf(counts -> counts.keySet().equals(Set.of(UNKNOWN)) && counts.size() == 1);
    labels.replaceAll((property, counts) -> byFrequency(counts));
    return new Split(
        split.name(),
        split.entries().size(),
        images.size(),
        texts.size(),
        split.entries().size() - pairs.size(),
        labels);
  }

  private static Map<String, Integer> byFrequency(Map<String, Integer> counts) {
    Map<String, Integer> sorted = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }
}
