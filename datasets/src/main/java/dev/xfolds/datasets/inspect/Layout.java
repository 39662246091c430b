package dev.xfolds.datasets.inspect;

import java.util.List;

/**
 * What lies at a path.
 *
 * @param parts at least one, training first
 * @param notes what lies there beside them
 */
record Layout(InspectFormat format, List<Part> parts, List<String> notes) {

  Layout {
    parts = List.copyOf(parts);
    notes = List.copyOf(notes);
  }
}
