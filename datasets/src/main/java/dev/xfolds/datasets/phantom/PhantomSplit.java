package dev.xfolds.datasets.phantom;

import java.util.Locale;

/** Splits share no image: the split is part of every image's seed. */
public enum PhantomSplit {
  TRAIN(0),
  VALIDATE(1),
  TEST(2);

  private final int key;

  PhantomSplit(int key) {
    this.key = key;
  }

  /** Part of the seeds, never to change. */
  int key() {
    return key;
  }

  /** As it stands in file names and in {@code spec.data[].split}: {@code train}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
