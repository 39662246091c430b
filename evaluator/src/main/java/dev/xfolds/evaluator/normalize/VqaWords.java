package dev.xfolds.evaluator.normalize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Lower case, number words as digits ("none" as 0), no articles, contractions with or without their
 * apostrophe alike, single spaces. Source: {@code processDigitArticle} in vqaEval.py of
 * github.com/GT-Vision-Lab/VQA, which writes the apostrophe where this leaves it out: the same
 * answers are equal.
 */
final class VqaWords {

  private static final Map<String, String> NUMBERS =
      Map.ofEntries(
          Map.entry("none", "0"),
          Map.entry("zero", "0"),
          Map.entry("one", "1"),
          Map.entry("two", "2"),
          Map.entry("three", "3"),
          Map.entry("four", "4"),
          Map.entry("five", "5"),
          Map.entry("six", "6"),
          Map.entry("seven", "7"),
          Map.entry("eight", "8"),
          Map.entry("nine", "9"),
          Map.entry("ten", "10"));

  private static final Set<String> ARTICLES = Set.of("a", "an", "the");

  /** Contractions that the source knows, without their apostrophes. */
  private static final Set<String> CONTRACTIONS =
      Set.of(
          ("aint arent cant couldve couldnt didnt doesnt dont hadnt hasnt havent hed hes howd howll"
                  + " hows isnt itd itll maam mightnt mightve mustnt mustve neednt notve oclock"
                  + " oughtnt shant shouldve shouldnt somebodyd somebodyll somebodys someoned"
                  + " someonell someones somethingd somethingll thats thered therere theres theyd"
                  + " theyll theyre theyve twas wasnt weve werent whatll whatre whats whatve whens"
                  + " whered wheres whereve whod wholl whos whove whyll whyre whys wont wouldve"
                  + " wouldnt yall youd youll youre youve")
              .split(" ", -1));

  private VqaWords() {}

  static String rewrite(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("(?U)\\s+", -1)) {
      String number = NUMBERS.getOrDefault(word, word);
      if (!number.isEmpty() && !ARTICLES.contains(number)) {
        String bare = number.replace("'", "");
        words.add(CONTRACTIONS.contains(bare) ? bare : number);
      }
    }
    return String.join(" ", words);
  }
}
