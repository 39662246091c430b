package dev.xfolds.operator.observe;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param at when, by the node's clock
 * @param code its exit code; killed for lack of memory counts as 11; empty if it never ran
 * @param disrupted whether somebody took its pod away
 * @param lastLines of its log, at most 2,048 bytes
 */
public record Ending(Instant at, OptionalInt code, boolean disrupted, String lastLines) {}
