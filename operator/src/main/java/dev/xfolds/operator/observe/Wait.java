package dev.xfolds.operator.observe;

/**
 * Why a pod of a run does not run.
 *
 * @param who trainer or evaluator, or the operator that may not do something for them
 * @param words of scheduler, kubelet or API server
 */
public record Wait(WaitCause cause, String who, String words) {
  public static final String OPERATOR = "operator";

  private static final String EVALUATOR = "evaluator";

  /** What the API server said when it refused an object of the run. */
  public static Wait refused(String who, String words) {
    WaitCause cause =
        words.contains("exceeded quota") ? WaitCause.QUOTA_EXCEEDED : WaitCause.REFUSED;
    return new Wait(cause, who, words);
  }

  /** The words, and what to do. */
  public String text() {
    String advice = who.equals(EVALUATOR) ? cause.adviceOnEvaluator() : cause.advice();
    return "%s: %s; to do: %s".formatted(who, words, advice);
  }
}
