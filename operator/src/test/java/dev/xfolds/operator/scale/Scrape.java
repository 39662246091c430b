package dev.xfolds.operator.scale;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  /** Sums of a name, by the values of these labels. */
  static Map<String, Double> by(String text, String name, List<String> labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{"))
        .collect(
            Collectors.groupingBy(
                line ->
                    labels.stream()
                        .map(label -> label(line, label))
                        .collect(Collectors.joining(" "))
                        .strip(),
                Collectors.summingDouble(Scrape::value)));
  }

  private static String label(String line, String name) {
    Matcher pair = Pattern.compile("[{,]" + name + "=\"([^\"]*)\"").matcher(line);
    return pair.find() ? pair.group(1) : "";
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
