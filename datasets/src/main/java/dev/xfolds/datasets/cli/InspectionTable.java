package dev.xfolds.datasets.cli;

import dev.xfolds.datasets.inspect.Inspection;
import dev.xfolds.datasets.inspect.Inspection.Overlap;
import dev.xfolds.datasets.inspect.Inspection.Split;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The facts as lines of at most 80 characters. */
final class InspectionTable {

  private static final int WIDTH = 80;
  private static final int LABEL = 32;
  private static final int COLUMN = 12;

  /** Unreadable images that are named. */
  private static final int NAMED = 20;

  private static final int COLUMNS = (WIDTH - LABEL) / COLUMN;

  private final Inspection facts;
  private final List<String> lines = new ArrayList<>();

  private InspectionTable(Inspection facts) {
    this.facts = facts;
  }

  static List<String> lines(Inspection facts) {
    InspectionTable table = new InspectionTable(facts);
    table.wrap("", "%s: %s".formatted(facts.format().label(), facts.path()));
    for (int from = 0; from < facts.splits().size(); from += COLUMNS) {
      table.splits(facts.splits().subList(from, Math.min(from + COLUMNS, facts.splits().size())));
    }
    facts.overlaps().forEach(table::overlap);
    table.duplicates();
    table.unreadable();
    if (!facts.notes().isEmpty()) {
      table.lines.add("");
      table.lines.add("notes");
      facts.notes().forEach(note -> table.wrap("  ", note));
    }
    return List.copyOf(table.lines);
  }

  private void splits(List<Split> splits) {
    lines.add("");
    row("", splits, Split::name);
    row(facts.unit(), splits, split -> number(split.items()));
    if (!facts.unit().equals("images")) {
      row("images", splits, split -> number(split.images()));
      row("distinct " + facts.unit(), splits, split -> number(split.distinctTexts()));
      row("same image and text again", splits, split -> number(split.repeated()));
    }
    Set<String> properties = new LinkedHashSet<>();
    splits.forEach(split -> properties.addAll(split.labels().keySet()));
    for (String property : properties) {
      lines.add(property);
      Set<String> values = new LinkedHashSet<>();
      splits.forEach(
          split -> values.addAll(split.labels().getOrDefault(property, Map.of()).keySet()));
      for (String value : values) {
        row(
            "  " + value,
            splits,
            split ->
                number(split.labels().getOrDefault(property, Map.of()).getOrDefault(value, 0)));
      }
    }
  }

  private void overlap(Overlap overlap) {
    lines.add("");
    wrap("", "%s that is also in %s".formatted(overlap.of(), overlap.in()));
    share("images", overlap.images(), overlap.ofImages());
    share(
        "near images (<= %d of 64 bits)".formatted(facts.nearDistance()),
        overlap.nearImages(),
        overlap.ofImages());
    if (overlap.ofTexts() > 0) {
      share("distinct " + facts.unit(), overlap.texts(), overlap.ofTexts());
    }
    if (facts.unit().equals("questions")) {
      share("image, question and answer", overlap.repeatedItems(), overlap.ofItems());
      share("open answers that do not occur", overlap.unseenAnswers(), overlap.openQuestions());
    }
  }

  private void duplicates() {
    lines.add("");
    lines.add(cell("same file under another name", number(facts.duplicates().exactImages())));
    facts.duplicates().exactGroups().forEach(names -> wrap("  ", String.join(" = ", names)));
    lines.add(
        cell(
            "near pairs (<= %d of 64 bits)".formatted(facts.nearDistance()),
            number(facts.duplicates().nearPairs())));
    facts.duplicates().nearExamples().forEach(names -> wrap("  ", String.join(" ~ ", names)));
  }

  private void unreadable() {
    lines.add(cell("unreadable images", number(facts.unreadable().size())));
    facts.unreadable().stream()
        .limit(NAMED)
        .forEach(image -> wrap("  ", image.image() + ": " + image.reason()));
    if (facts.unreadable().size() > NAMED) {
      lines.add(
          "  ... and %,d more, all of them with --json"
              .formatted(facts.unreadable().size() - NAMED));
    }
  }

  private void row(String label, List<Split> splits, Function<Split, String> value) {
    StringBuilder line = new StringBuilder(pad(label, LABEL));
    for (Split split : splits) {
      String text = clip(value.apply(split), COLUMN - 1);
      line.append(" ".repeat(COLUMN - text.length())).append(text);
    }
    lines.add(line.toString().stripTrailing());
  }

  private void share(String label, Integer part, int whole) {
    String value = part == null ? number(part) : "%s of %s".formatted(number(part), number(whole));
    lines.add(cell("  " + label, value));
  }

  private static String cell(String label, String value) {
    return pad(label, LABEL + 2) + value;
  }

  private static String pad(String text, int width) {
    String clipped = clip(text, width - 1);
    return clipped + " ".repeat(width - clipped.length());
  }

  private static String clip(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }

  private static String number(Integer value) {
    return value == null ? "not known" : "%,d".formatted(value);
  }

  /** Breaks at blanks, and within words that are longer than a line. */
  private void wrap(String indent, String text) {
    StringBuilder line = new StringBuilder(indent);
    String next = indent + "  ";
    for (String word : text.split(" ", -1)) {
      String rest = word;
      if (line.length() > indent.length() && line.length() + 1 + rest.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(next);
      } else if (!line.toString().isBlank()) {
        line.append(' ');
      }
      while (line.length() + rest.length() > WIDTH) {
        int room = WIDTH - line.length();
        lines.add(line + rest.substring(0, room));
        rest = rest.substring(room);
        line = new StringBuilder(next);
      }
      line.append(rest);
    }
    lines.add(line.toString());
  }
}
