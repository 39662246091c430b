package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.WorldSize;
import dev.xfolds.trainer.parallel.Collectives;
import dev.xfolds.trainer.parallel.Greeting;
import dev.xfolds.trainer.parallel.Peer;
import dev.xfolds.trainer.parallel.SingleRank;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * How a process of a run comes to the others.
 *
 * @param rank of this process
 * @param peers where every rank listens, in their order; empty for a rank alone
 * @param tls folder of this process's certificate
 * @param attempt of the run
 */
record Meeting(int rank, List<Peer> peers, Path tls, long attempt) {

  /** Pods may wait for nodes meanwhile; above the default of the operator's gang timeout. */
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private static final Duration LOOK_FOR_STOP = Duration.ofMillis(200);

  Meeting {
    peers = List.copyOf(peers);
  }

  /**
   * Parses {@code --peers}.
   *
   * @param text HOST:PORT,HOST:PORT,... or null
   * @throws TrainerException code 2 if they are not as many as the plan has ranks
   */
  static List<Peer> peers(String text, RunPlan plan) {
    int ranks = WorldSize.of(plan).ranks();
    List<Peer> peers = new ArrayList<>();
    for (String one : text == null ? new String[0] : text.split(",", -1)) {
      int colon = one.lastIndexOf(':');
      try {
        peers.add(
            new Peer(
                one.substring(0, Math.max(0, colon)), Integer.parseInt(one.substring(colon + 1))));
      } catch (IllegalArgumentException e) {
        throw TrainerException.invalid(
            "--peers must be HOST:PORT of each rank, has \"%s\"".formatted(one), e);
      }
    }
    if (peers.size() != ranks && !(peers.isEmpty() && ranks == 1)) {
      throw TrainerException.invalid(
          "--peers must name the %d ranks of the plan, names %d".formatted(ranks, peers.size()));
    }
    return peers;
  }

  /**
   * Waits for the others.
   *
   * @param stop ends the wait
   * @throws TrainerException code 12 if a stop was asked for, 10 if a rank does not come, 2 if one
   *     has another plan or another build
   */
  Collectives join(RunPlan plan, BooleanSupplier stop) {
    if (peers.size() < 2) {
      return new SingleRank();
    }
    Greeting greeting =
        new Greeting(plan.getDigest(), plan.getUid(), attempt, build(), peers.size(), rank);
    Thread waiting = Thread.currentThread();
    Thread watch = Thread.ofVirtual().start(() -> interruptOnStop(waiting, stop));
    try {
      return Collectives.join(peers, tls, greeting, PATIENCE);
    } catch (TrainerException e) {
      if (stop.getAsBoolean()) {
        throw TrainerException.stopped("stopped on request before all ranks had met");
      }
      throw e;
    } finally {
      end(watch);
    }
  }

  private static void interruptOnStop(Thread waiting, BooleanSupplier stop) {
    try {
      while (!stop.getAsBoolean()) {
        Thread.sleep(LOOK_FOR_STOP);
      }
      waiting.interrupt();
    } catch (InterruptedException e) {
      // all have met
    }
  }

  /** After it nobody interrupts this thread any more, and it is not marked as interrupted. */
  @SuppressWarnings("ThreadJoinLoop") // the interrupt may be the one that is to be ended
  private static void end(Thread watch) {
    watch.interrupt();
    boolean ended = false;
    while (!ended) {
      try {
        watch.join();
        ended = true;
      } catch (InterruptedException e) {
        // by the watch, at the last moment: whoever needs to know asks stop
      }
    }
    Thread.interrupted();
  }

  /** What tells two builds apart: the digest of the jar; where there is none, nothing does. */
  private static String build() {
    try {
      Path jar = Path.of(Meeting.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        return "classes";
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("a class knows where it is from", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
