package dev.xfolds.operator.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process writes to its log that a person should read: warnings, and why it ended. */
final class LogWatch {
  private static final Pattern WARNING =
      Pattern.compile("(?:\\[[^]]*] )?WARN dev\\.xfolds\\.\\S+ - (.*)");

  private static final int MAX_WARNINGS = 20;
  private static final int MAX_BYTES_AT_ONCE = 1 << 20;
  private static final int LAST_LINES = 40;

  private final Path log;
  private long read;
  private int told;

  /** Watches a log from its beginning. */
  LogWatch(Path log) {
    this.log = log;
  }

  /** Warnings since the last call; after twenty of them, one that says where the others are. */
  List<String> warnings() throws IOException {
    List<String> warnings = new ArrayList<>();
    for (String line : newLines()) {
      Matcher warning = WARNING.matcher(line);
      if (warning.matches() && told <= MAX_WARNINGS) {
        warnings.add(told < MAX_WARNINGS ? warning.group(1) : "more warnings in " + log);
        told++;
      }
    }
    return warnings;
  }

  /** The last line of the form {@code trainer: message}: what a process says before it ends. */
  static Optional<String> reason(Path log, String process) {
    String start = process + ": ";
    return LogTail.of(log, LAST_LINES).stream()
        .filter(line -> line.startsWith(start))
        .reduce((_, last) -> last)
        .map(line -> line.substring(start.length()));
  }

  private List<String> newLines() throws IOException {
    if (!Files.isRegularFile(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(MAX_BYTES_AT_ONCE, file.length() - read)];
      file.seek(read);
      file.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      read += end == 0 && bytes.length == MAX_BYTES_AT_ONCE ? bytes.length : end;
      return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
    }
  }
}
