package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Ranks whose worker has gone, as after SIGKILL: they would train on, and nobody would end them. A
 * worker holds the other end of their standard input and never writes.
 */
final class Orphans {

  private Orphans() {}

  /** Ends this process at once when its worker is gone; what is on the disk is whole. */
  static void endWithoutWorker() {
    Thread.ofPlatform().daemon().name("worker-watch").start(() -> awaitEnd(System.in));
  }

  private static void awaitEnd(InputStream worker) {
    try {
      worker.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // as good as its end
    }
    System.err.println("trainer: the worker that started this rank is gone");
    Runtime.getRuntime().halt(ExitCode.RETRY_VALUE);
  }
}
