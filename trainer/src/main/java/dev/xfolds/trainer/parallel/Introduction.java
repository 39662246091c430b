package dev.xfolds.trainer.parallel;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What both sides of the rendezvous know: who we are, whom we look for, what has gone wrong.
 *
 * @param peers in the order of ranks
 * @param greeting of this rank
 * @param previous the rank before this one, once it has connected
 * @param next the rank after this one, once it was found
 */
record Introduction(
    List<Peer> peers,
    RunTls tls,
    Greeting greeting,
    Duration silence,
    FirstFailure failure,
    CompletableFuture<Neighbour> previous,
    CompletableFuture<Neighbour> next) {

  /** Longer than a rank that is there needs for any word; a stranger may take as long. */
  static final Duration WORD = Duration.ofSeconds(10);

  /** Begins a data connection, before the token; a TLS connection begins with another byte. */
  static final byte DATA = 'x';

  int previousRank() {
    return (greeting.rank() + greeting.size() - 1) % greeting.size();
  }

  int nextRank() {
    return (greeting.rank() + 1) % greeting.size();
  }

  /** For messages. */
  String name(int rank) {
    return "rank %d (%s)".formatted(rank, peers.get(rank));
  }

  /**
   * Reads a peer's greeting.
   *
   * @throws CompletionException if it may not train with this one, which is reported
   * @throws IOException if it is not the one that was looked for
   */
  void meet(DataInputStream in, SocketAddress address, int expected) throws IOException {
    Greeting other = Greeting.read(in);
    String there =
        other.rank() < peers.size() ? peers.get(other.rank()).toString() : address.toString();
    Optional<Failure> difference =
        greeting.difference(other, peers.get(greeting.rank()).toString(), there);
    if (difference.isPresent()) {
      failure.report(difference.get());
      throw new CompletionException(difference.get().exception());
    }
    if (other.rank() != expected) {
      throw new IOException(
          "it is rank %d, rank %d was expected".formatted(other.rank(), expected));
    }
  }

  /**
   * Starts a neighbour's links, unless there is one already.
   *
   * @return whether it is kept; else it is closed
   */
  boolean keep(CompletableFuture<Neighbour> place, Neighbour neighbour) throws IOException {
    if (place.isDone()) {
      neighbour.close();
      return false;
    }
    neighbour.start();
    boolean kept = place.complete(neighbour);
    if (!kept) {
      neighbour.close();
    }
    return kept;
  }
}
