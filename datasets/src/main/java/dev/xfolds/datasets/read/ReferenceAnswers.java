package dev.xfolds.datasets.read;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The right answers in a reference answer of VQA-Med's test. By its README {@code #} separates
 * alternatives, and {@code ()} holds a part that may be left out: each alternative counts as it is
 * written, without the parentheses, and without what is in them.
 */
final class ReferenceAnswers {

  private static final Pattern OPTIONAL = Pattern.compile("\\([^()]*\\)");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private ReferenceAnswers() {}

  /** Without duplicates, those as written first; empty if there is no text. */
  static List<String> of(String reference) {
    Set<String> written = new LinkedHashSet<>();
    Set<String> derived = new LinkedHashSet<>();
    for (String alternative : reference.split("#", -1)) {
      add(written, alternative);
      add(derived, alternative.replace("(", "").replace(")", ""));
      add(derived, OPTIONAL.matcher(alternative).replaceAll(" "));
    }
    written.addAll(derived);
    return List.copyOf(written);
  }

  private static void add(Set<String> answers, String answer) {
    String tidy = BLANKS.matcher(answer).replaceAll(" ").strip();
    if (tidy.chars().anyMatch(Character::isLetterOrDigit)) {
      answers.add(tidy);
    }
  }
}
