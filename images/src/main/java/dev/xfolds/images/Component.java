package dev.xfolds.images;

import java.util.Locale;

/** A process that gets an image of its own; docs/processes.md says how it is started. */
enum Component {
  OPERATOR(QuarkusApplication.MAIN_CLASS),
  TRAINER("dev.xfolds.trainer.cli.TrainerMain"),
  EVALUATOR("dev.xfolds.evaluator.cli.ServeMain");

  private final String mainClass;

  Component(String mainClass) {
    this.mainClass = mainClass;
  }

  /** Name of the module, of the command in the image and of the image. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String mainClass() {
    return mainClass;
  }
}
