package dev.xfolds.trainer.parallel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a rank comes to its two neighbours. */
final class Rendezvous implements AutoCloseable {

  /** For a rank that gives up, to tell so to a neighbour that it has not met yet. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Introduction introduction;
  private final Caller caller;

  private Rendezvous(Introduction introduction) {
    this.introduction = introduction;
    this.caller = new Caller(introduction);
  }

  /** Begins to listen and to call. */
  static Rendezvous begin(
      List<Peer> peers, RunTls tls, Greeting greeting, Duration silence, FirstFailure failure) {
    Rendezvous begun =
        new Rendezvous(
            new Introduction(
                peers,
                tls,
                greeting,
                silence,
                failure,
                new CompletableFuture<>(),
                new CompletableFuture<>()));
    begun.threads.execute(new Listener(begun.introduction, begun.threads));
    begun.threads.execute(begun.caller);
    return begun;
  }

  /**
   * Waits until both neighbours are there.
   *
   * @throws dev.xfolds.trainer.config.TrainerException if that will not be; those who are there
   *     have been told
   */
  Ring await(Duration patience) {
    CompletableFuture<Void> both =
        CompletableFuture.allOf(introduction.previous(), introduction.next());
    CompletableFuture<Object> failed = new CompletableFuture<>();
    introduction.failure().listen(failed::complete);
    try {
      CompletableFuture.anyOf(both, failed).get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (introduction.failure().get().isPresent()) {
        waitFor(both);
      }
    } catch (ExecutionException e) { // both have been met, one of them in vain
      introduction.failure().report(new Failure(Failure.Kind.BUG, Failure.reason(e)));
    } catch (TimeoutException e) {
      introduction.failure().report(missing(patience));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      String own = introduction.name(introduction.greeting().rank());
      introduction.failure().report(Failure.lost(own, "it was interrupted at the rendezvous"));
    }
    if (introduction.failure().get().isPresent()) {
      abandon(introduction.previous());
      abandon(introduction.next());
    }
    introduction.failure().throwIfAny();
    return new Ring(
        introduction.previous().join(), introduction.next().join(), introduction.failure());
  }

  private static void waitFor(CompletableFuture<Void> both) throws InterruptedException {
    both.handle((_, problem) -> String.valueOf(problem))
        .completeOnTimeout("nobody", FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static void abandon(CompletableFuture<Neighbour> place) {
    place.cancel(false);
    if (place.state() == Future.State.SUCCESS) {
      place.join().close();
    }
  }

  private Failure missing(Duration patience) {
    int own = introduction.greeting().rank();
    List<String> whom = new ArrayList<>();
    if (!introduction.next().isDone()) {
      whom.add(
          "%s cannot be reached: %s"
              .formatted(introduction.name(introduction.nextRank()), caller.problem()));
    }
    if (!introduction.previous().isDone()) {
      whom.add(
          "%s has not connected to port %d"
              .formatted(
                  introduction.name(introduction.previousRank()),
                  introduction.peers().get(own).port()));
    }
    return new Failure(
        Failure.Kind.RETRY,
        "rank %d has waited %s s for the others: %s"
            .formatted(own, patience.toMillis() / 1000.0, String.join("; ", whom)));
  }

  /** Stops to listen and to call; who is there stays. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
