package dev.xfolds.trainer.cli;

import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run's progress at the end of the process, for an operator that asked last some seconds ago.
 * The kubelet gives a pod the file; where there is none, nobody reads it.
 */
final class LastWords {
  static final Path TERMINATION_LOG = Path.of("/dev/termination-log");

  private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);

  private LastWords() {}

  static void write(Path file, RunProgress progress) {
    if (!Files.isWritable(file)) {
      return;
    }
    try {
      Files.writeString(
          file, JsonFormat.printer().omittingInsignificantWhitespace().print(progress));
    } catch (IOException e) { // a full disk of the node must not change how the process ends
      LOG.warn("{} cannot be written: {}", file, e.getMessage());
    }
  }
}
