package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.Comparison;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.evaluator.store.StoredAnswer;
import java.util.List;

/** The answer key of one exam: judges answers, tells nothing else. */
interface Scorer {

  /** Scores of the model and the baselines, and the model's paired differences. */
  record Verdict(List<Score> scores, List<Comparison> comparisons) {
    public Verdict {
      scores = List.copyOf(scores);
      comparisons = List.copyOf(comparisons);
    }
  }

  /**
   * An answered question with its real image, for people to look at.
   *
   * @param truth right answers
   */
  record Judged(String item, List<String> truth, String answer, boolean right) {
    public Judged {
      truth = List.copyOf(truth);
    }
  }

  /**
   * Scores complete answers.
   *
   * @param protocols known ones
   * @param answers of every item and variant
   */
  Verdict score(List<String> protocols, List<StoredAnswer> answers);

  /** The answers to real images, in the order of the items, judged by one protocol. */
  List<Judged> judge(String protocol, List<StoredAnswer> answers);
}
