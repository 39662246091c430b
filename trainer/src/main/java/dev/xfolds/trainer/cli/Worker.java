package dev.xfolds.trainer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of several ranks. Its process computes nothing: it starts one for each rank by the
 * command by which it was started itself, hands on what they print, and ends when all have ended.
 * They begin and end together. A rank that its worker has left ends by itself: its standard input
 * comes to an end.
 */
final class Worker {

  /** For ranks that lost another one, or have nothing left to do because rank 0 is done. */
  private static final Duration LEAVES = Duration.ofSeconds(5);

  /** Between SIGTERM and SIGKILL of ranks that have not left. */
  private static final Duration MOURNS = Duration.ofSeconds(20);

  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Path OWN_COMMAND = Path.of("/proc/self/cmdline");

  /** Goes before the options of a command, also where that is no {@code java} but a launcher. */
  private static final String JVM_OPTIONS = "_JAVA_OPTIONS";

  /**
   * With it an image's launcher takes itself for started already, and our arguments for the JVM's.
   */
  private static final String LAUNCHED = "_JPACKAGE_LAUNCHER";

  private static final int LEAST_HEAP_MIB = 64;
  private static final String REASON = "trainer: ";
  private static final int SIGNAL = 128;

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Seat.Several seat;
  private final PrintStream out;
  private final List<Process> ranks = new ArrayList<>();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private boolean asked;

  private Worker(Seat.Several seat, PrintStream out) {
    this.seat = seat;
    this.out = out;
  }

  /**
   * How a rank ended.
   *
   * @param rank among all of the run
   * @param code of its process, 128 and more after a signal
   * @param reason that it gave; empty if it gave none
   */
  record End(int rank, int code, String reason) {

    private boolean isDone() {
      return code == ExitCode.DONE_VALUE;
    }

    /** Whether it may have ended because another rank did, or said that all stop. */
    private boolean isOfAnother() {
      return code == ExitCode.RETRY_VALUE || isStop();
    }

    private boolean isStop() {
      return code == ExitCode.STOPPED_VALUE;
    }

    @Override
    public String toString() {
      if (!reason.isEmpty()) {
        return "rank %d: %s".formatted(rank, reason);
      }
      return code > SIGNAL
          ? "rank %d was ended by signal %d".formatted(rank, code - SIGNAL)
          : "rank %d ended with exit code %d".formatted(rank, code);
    }
  }

  /**
   * Runs the ranks to their end. None of their processes is left afterwards.
   *
   * @param stop whether this process is asked to end, and they with it
   * @param out for what they print
   * @throws TrainerException code 10 if a process cannot be started
   */
  static ExitCode run(Seat.Several seat, BooleanSupplier stop, PrintStream out)
      throws InterruptedException {
    Worker worker = new Worker(seat, out);
    try {
      worker.start(command());
      List<End> ended = worker.await(stop);
      ExitCode code = code(ended);
      if (code == ExitCode.DONE) {
        ended.stream()
            .filter(end -> !end.isDone())
            .forEach(end -> LOG.warn("training is done, and {}", end));
      } else {
        out.println(REASON + cause(ended).orElseThrow());
      }
      return code;
    } catch (IOException e) {
      throw TrainerException.retry("a rank cannot be started: " + e.getMessage(), e);
    } finally {
      worker.ranks.forEach(rank -> rank.toHandle().destroyForcibly());
    }
  }

  /** That of this process, whole: the JVM's own view of it is cut. */
  private static List<String> command() throws IOException {
    List<String> command =
        new ArrayList<>(Arrays.asList(Files.readString(OWN_COMMAND).split("\0", -1)));
    command.removeLast(); // nothing is behind the last zero
    ProcessHandle.current().info().command().ifPresent(program -> command.set(0, program));
    return command;
  }

  private void start(List<String> command) throws IOException {
    // What this process may have is for all of them.
    long heap = Math.max(LEAST_HEAP_MIB, (Runtime.getRuntime().maxMemory() >> 20) / seat.ranks());
    for (int local = 0; local < seat.ranks(); local++) {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      prepare(builder.environment(), local, heap);
      Process rank = builder.start();
      ranks.add(rank);
      int number = seat.first() + local;
      Thread.ofPlatform().daemon().name("rank-" + number).start(() -> follow(number, rank));
    }
  }

  /** Of a rank: what this process has, with the rank's own. */
  static void prepare(Map<String, String> environment, int local, long heapMebibytes) {
    environment.put(Seat.RANK_VARIABLE, Integer.toString(local));
    environment.merge(
        JVM_OPTIONS, "-Xmx%dm".formatted(heapMebibytes), (given, own) -> given + " " + own);
    environment.remove(LAUNCHED);
  }

  /** Until it has ended; whatever it prints is there before its end is. */
  private void follow(int number, Process rank) {
    String reason = "";
    try (BufferedReader lines = rank.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println(line);
        reason = line.startsWith(REASON) ? line.substring(REASON.length()) : reason;
      }
    } catch (IOException e) {
      LOG.warn("what rank {} prints cannot be read: {}", number, e.getMessage());
    }
    ends.add(new End(number, rank.onExit().join().exitValue(), reason));
  }

  /** In the order in which they end. */
  private List<End> await(BooleanSupplier stop) throws InterruptedException {
    List<End> ended = new ArrayList<>();
    long over = 0;
    while (ended.size() < ranks.size()) {
      End next = ends.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        over = isOver(ended) ? over : System.nanoTime();
        ended.add(next);
      }
      Duration since = isOver(ended) ? Duration.ofNanos(System.nanoTime() - over) : Duration.ZERO;
      if (stop.getAsBoolean() || since.compareTo(LEAVES) > 0) {
        ask();
      }
      if (since.compareTo(LEAVES.plus(MOURNS)) > 0) {
        ranks.forEach(rank -> rank.toHandle().destroyForcibly());
      }
    }
    return ended;
  }

  /** SIGTERM alone: a Process that is destroyed loses what it still prints, and its input. */
  private void ask() {
    if (!asked) {
      ranks.forEach(rank -> rank.toHandle().destroy());
      asked = true;
    }
  }

  /** Whether those who are left have nothing left to do. */
  private static boolean isOver(List<End> ended) {
    return ended.stream().anyMatch(end -> end.rank() == 0 || !end.isDone());
  }

  /**
   * How a worker ends.
   *
   * @param ended its ranks, in the order in which they ended
   * @return 0 if rank 0 is one of them and is done, or all are; otherwise the code of the rank that
   *     is the cause, 10 in place of a signal
   */
  static ExitCode code(List<End> ended) {
    if (ended.stream().anyMatch(end -> end.rank() == 0 && end.isDone())) {
      return ExitCode.DONE;
    }
    return cause(ended)
        .map(end -> Objects.requireNonNullElse(ExitCode.forNumber(end.code()), ExitCode.RETRY))
        .orElse(ExitCode.DONE);
  }

  /** The rank that ended otherwise than done, and not because another one did. */
  private static Optional<End> cause(List<End> ended) {
    List<End> failed = ended.stream().filter(end -> !end.isDone()).toList();
    return failed.stream()
        .filter(end -> !end.isOfAnother())
        .findFirst()
        .or(() -> failed.stream().filter(End::isStop).findFirst())
        .or(() -> failed.stream().findFirst());
  }
}
