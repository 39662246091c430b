package dev.xfolds.trainer.parallel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Keeps the first failure that anybody reports, and tells it to everybody who listens. */
final class FirstFailure {

  private final AtomicReference<Failure> first = new AtomicReference<>();
  private final List<Consumer<Failure>> listeners = new CopyOnWriteArrayList<>();

  /** Later ones are consequences of the first, and forgotten. */
  void report(Failure failure) {
    if (first.compareAndSet(null, failure)) {
      listeners.forEach(listener -> listener.accept(failure));
    }
  }

  /** Calls a listener, which must not block, with the failure that is or will be; perhaps twice. */
  void listen(Consumer<Failure> listener) {
    listeners.add(listener);
    get().ifPresent(listener);
  }

  Optional<Failure> get() {
    return Optional.ofNullable(first.get());
  }

  void throwIfAny() {
    Failure failure = first.get();
    if (failure != null) {
      throw failure.exception();
    }
  }
}
