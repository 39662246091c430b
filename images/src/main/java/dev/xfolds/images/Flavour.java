package dev.xfolds.images;

import java.util.Locale;

/** Which libtorch a trainer's image carries. */
enum Flavour {
  CPU("cpu"),
  CUDA("cu128");

  private final String torch;

  Flavour(String torch) {
    this.torch = torch;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** DJL's word, in artifact names and in paths of its jars. */
  String torch() {
    return torch;
  }
}
