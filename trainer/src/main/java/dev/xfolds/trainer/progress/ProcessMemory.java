package dev.xfolds.trainer.progress;

import dev.xfolds.contract.v1.RunProgress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this process takes of its node's memory.
 *
 * @param heapBytes in use by Java objects
 * @param residentBytes of all its pages; 0 where the system does not tell
 */
public record ProcessMemory(long heapBytes, long residentBytes) {

  private static final Path STATUS = Path.of("/proc/self/status");

  public static ProcessMemory now() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    if (!Files.isReadable(STATUS)) {
      return new ProcessMemory(heap, 0);
    }
    try {
      return new ProcessMemory(heap, resident(Files.readAllLines(STATUS)));
    } catch (IOException gone) {
      return new ProcessMemory(heap, 0);
    }
  }

  /** Linux writes {@code VmRSS: 123456 kB}. */
  static long resident(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
        .findFirst()
        .orElse(0);
  }

  RunProgress in(RunProgress progress) {
    return progress.toBuilder().setHeapBytes(heapBytes).setResidentBytes(residentBytes).build();
  }
}
