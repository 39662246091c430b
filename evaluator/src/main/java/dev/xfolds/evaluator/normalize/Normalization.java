package dev.xfolds.evaluator.normalize;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How an answer is rewritten before it is compared, character by character, with the truth. */
public enum Normalization {
  /** Lower case without spaces around it. */
  @JsonProperty("lower-case")
  LOWER_CASE,

  /**
   * Punctuation, numbers, articles and contractions of the VQA challenge, in the version of MEVF.
   * Source: {@code preprocess_answer} in tools/compute_softscore.py of
   * github.com/aioz-ai/MICCAI19-MedVQA.
   */
  @JsonProperty("mevf")
  MEVF,

  /**
   * Removes most punctuation first, then applies the VQA challenge's rules. Source: {@code
   * pre_answer} in vqaTools/vqaEval.py of github.com/longle0702/med-v2qa, which comes from
   * github.com/pengfeiliHEU/MUMC.
   */
  @JsonProperty("mumc")
  MUMC;

  public String apply(String answer) {
    return switch (this) {
      case LOWER_CASE -> answer.strip().toLowerCase(Locale.ROOT);
      case MEVF -> mevf(answer);
      case MUMC -> mumc(answer);
    };
  }

  private static String mevf(String answer) {
    return VqaWords.rewrite(VqaPunctuation.strip(answer)).replace(",", "").replace("x ray", "xray");
  }

  private static String mumc(String answer) {
    String bare =
        answer
            .toLowerCase(Locale.ROOT)
            .replaceAll("[,.'!?\"()*#:;~]", "")
            .replace(" \t", " ")
            .replace("x ray", "xray")
            .replace("x-ray", "xray")
            .replace(" - ", "-");
    return VqaWords.rewrite(VqaPunctuation.strip(bare));
  }
}
