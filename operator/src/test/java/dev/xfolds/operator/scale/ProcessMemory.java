package dev.xfolds.operator.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resident memory of a process, as /proc says.
 *
 * @param now MiB
 * @param peak MiB, since the process began
 */
record ProcessMemory(double now, double peak) {
  private static final double KIB_PER_MIB = 1024;

  static ProcessMemory of(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
    } catch (IOException e) {
      throw new ScaleException("process %d is gone".formatted(pid), e);
    }
  }

  static ProcessMemory parse(String status) {
    return new ProcessMemory(field(status, "VmRSS"), field(status, "VmHWM"));
  }

  private static double field(String status, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+([0-9]+) kB$").matcher(status);
    if (!line.find()) {
      throw new ScaleException("/proc/PID/status has no " + name);
    }
    return Long.parseLong(line.group(1)) / KIB_PER_MIB;
  }
}
