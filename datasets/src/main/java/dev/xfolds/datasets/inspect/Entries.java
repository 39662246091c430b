package dev.xfolds.datasets.inspect;

import java.util.List;

/** The items of one split. */
record Entries(String name, List<Entry> entries) {

  Entries {
    entries = List.copyOf(entries);
  }
}
