package dev.xfolds.operator.reconcile;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What is asked of one pod, again and again. Whoever asks waits a moment for the answer, and not at
 * all for that of a pod that was silent; an answer that comes later is kept for the next time.
 */
final class Question<T> {
  /** Within a cluster an answer takes milliseconds. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** The first call opens a connection; without its answer a new leader would know nothing. */
  private static final Duration FIRST = Duration.ofSeconds(1);

  private final Supplier<CompletableFuture<Optional<T>>> call;
  private final Runnable late;
  private Optional<Asked<T>> open = Optional.empty();
  private boolean silent;
  private boolean heard;

  /**
   * @param call asks; its future ends, with nothing if there is no answer
   * @param late is run when an answer has come that nobody waits for
   */
  Question(Supplier<CompletableFuture<Optional<T>>> call, Runnable late) {
    this.call = call;
    this.late = late;
  }

  /** What came of it. */
  sealed interface Outcome<T> {
    record Said<T>(T answer) implements Outcome<T> {}

    /** There was no answer in time. */
    record Silent<T>() implements Outcome<T> {}

    record NotYet<T>() implements Outcome<T> {}
  }

  private record Asked<T>(CompletableFuture<Optional<T>> answer, boolean fresh) {}

  /**
   * Asks, unless it is being asked already.
   *
   * @param fresh whether an answer to a question that was asked otherwise will not do
   */
  Outcome<T> ask(boolean fresh) {
    if (open.filter(asked -> fresh && !asked.fresh()).isPresent()) {
      drop();
    }
    boolean asked = open.isPresent();
    Outcome<T> outcome = asked ? outcome() : ask(fresh, patience());
    switch (outcome) {
      case Outcome.Said<T> _ -> {
        silent = false;
        heard = true;
      }
      case Outcome.Silent<T> _ -> {
        silent = true;
        if (asked) {
          ask(fresh, Duration.ZERO); // the answer is for the next time
        }
      }
      case Outcome.NotYet<T> _ -> {}
    }
    return outcome;
  }

  /** Whatever was asked, nobody wants to know any more. */
  void drop() {
    open = Optional.empty();
  }

  private Duration patience() {
    return silent ? Duration.ZERO : heard ? PATIENCE : FIRST;
  }

  private Outcome<T> ask(boolean fresh, Duration patience) {
    CompletableFuture<Optional<T>> answer = call.get();
    open = Optional.of(new Asked<>(answer, fresh));
    try {
      answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      CompletableFuture<Void> _ = answer.thenAccept(said -> said.ifPresent(_ -> late.run()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call ends without an answer, not so", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcome();
  }

  private Outcome<T> outcome() {
    CompletableFuture<Optional<T>> answer = open.orElseThrow().answer();
    if (!answer.isDone()) {
      return new Outcome.NotYet<>();
    }
    open = Optional.empty();
    return answer.join().<Outcome<T>>map(Outcome.Said::new).orElseGet(Outcome.Silent::new);
  }
}
