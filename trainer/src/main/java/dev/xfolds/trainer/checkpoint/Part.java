package dev.xfolds.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * One file of a checkpoint.
 *
 * @param name relative to the checkpoint's folder
 */
public record Part(String name, Content content) {

  /** Writes the file; whatever it throws leaves the checkpoint before this one in place. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path file) throws IOException;
  }
}
