package dev.xfolds.operator.scale;

import java.util.Map;

/** Reads Prometheus' text format as far as its counters and gauges. */
final class Scrape {
  private Scrape() {}

  /**
   * The sum of all samples of a name.
   *
   * @param labels that a sample must have
   */
  static double sum(String text, String name, Map<String, String> labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> labels.entrySet().stream().allMatch(label -> has(line, label)))
        .mapToDouble(Scrape::value)
        .sum();
  }

  private static boolean has(String line, Map.Entry<String, String> label) {
    String pair = "%s=\"%s\"".formatted(label.getKey(), label.getValue());
    return line.contains("{" + pair) || line.contains("," + pair);
  }

  /** Neither format that is read here has timestamps. */
  private static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
