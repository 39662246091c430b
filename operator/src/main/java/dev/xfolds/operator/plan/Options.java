package dev.xfolds.operator.plan;

import java.util.Optional;

/**
 * What a plan assumes beside the file.
 *
 * @param profile in place of that of the file
 * @param utilisation share of the peak in time estimates, above 0 and at most 1
 */
public record Options(Optional<String> profile, double utilisation) {

  /** What a run is planned with when nobody says otherwise. */
  public static final Options DEFAULT = new Options(Optional.empty(), 0.4);
}
