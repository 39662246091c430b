package dev.xfolds.operator.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The last lines of a log, without a warning of libtorch's that says nothing about the run. */
final class LogTail {
  private static final int BYTES = 16 << 10;
  private static final Pattern NOISE = Pattern.compile("\\[W.*LegacyTypeDispatch\\.h.*");

  private LogTail() {}

  static List<String> of(Path log, int lines) {
    if (!Files.isRegularFile(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(0, file.length() - BYTES);
      byte[] end = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(end);
      List<String> all =
          new String(end, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !NOISE.matcher(line).matches())
              .toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      return List.of("the log cannot be read: " + e.getMessage());
    }
  }
}
