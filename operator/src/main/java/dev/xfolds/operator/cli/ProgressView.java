package dev.xfolds.operator.cli;

import dev.xfolds.operator.local.RunListener;
import dev.xfolds.operator.observe.Observation;
import dev.xfolds.operator.observe.Verdict;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows runs while they run. A terminal gets a line for each run, redrawn in place; anything else
 * gets a line when a run's state changes, and every ten seconds.
 */
final class ProgressView implements RunListener {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final String ESCAPE = "\u001b[";

  private final PrintWriter out;
  private final boolean inPlace;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<String, Instant> printed = new HashMap<>();
  private int drawn;

  /**
   * A view that has printed nothing yet.
   *
   * @param inPlace whether {@code out} is a terminal
   */
  ProgressView(PrintWriter out, boolean inPlace, List<String> runs) {
    this.out = out;
    this.inPlace = inPlace;
    runs.forEach(run -> lines.put(run, LiveLine.waiting(run)));
  }

  @Override
  public synchronized void observed(Observation seen) {
    String run = seen.plan().getName();
    String line = LiveLine.of(seen);
    if (inPlace) {
      if (!line.equals(lines.put(run, line)) || drawn == 0) {
        draw();
      }
      return;
    }
    String state = LiveLine.state(seen);
    Instant last = printed.getOrDefault(run, Instant.EPOCH);
    boolean changed = !state.equals(states.put(run, state));
    boolean running = seen.verdict() instanceof Verdict.Undecided;
    if (changed || (running && !seen.at().isBefore(last.plus(EVERY)))) {
      printed.put(run, seen.at());
      out.println(line);
      out.flush();
    }
  }

  @Override
  public synchronized void note(String run, String message) {
    clear();
    out.println(run + ": " + message);
    out.flush();
    if (inPlace) {
      draw();
    }
  }

  /** Leaves the lines as they are and prints below them from now on. */
  synchronized void end() {
    drawn = 0;
    out.flush();
  }

  private void draw() {
    clear();
    lines.values().forEach(out::println);
    out.flush();
    drawn = lines.size();
  }

  /** From the margin: after Ctrl-C the terminal has echoed {@code ^C} in the last line. */
  private void clear() {
    if (inPlace) {
      out.print("\r" + (drawn > 0 ? ESCAPE + drawn + "A" : "") + ESCAPE + "0J");
      drawn = 0;
    }
  }
}
