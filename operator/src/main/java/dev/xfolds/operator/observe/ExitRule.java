package dev.xfolds.operator.observe;

import java.util.List;

/**
 * What a user wants to follow some exit codes.
 *
 * @param retry whether the run starts again; else it fails at once
 */
public record ExitRule(List<Integer> codes, boolean retry) {
  public ExitRule {
    codes = List.copyOf(codes);
  }
}
