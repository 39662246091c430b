package dev.xfolds.trainer.parallel;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS connection to a neighbour, apart from the data, so that a sign of life or a failure never
 * waits behind a gradient. Two daemon threads read and write it whatever the main thread does.
 */
final class ControlLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlLink.class);

  private static final Duration BEAT = Duration.ofSeconds(2);
  private static final int BEATS_PER_SILENCE = 4;
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final String peer;
  private final Closeable connection;
  private final SSLSocket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final FirstFailure failure;
  private final Duration silence;
  private final BlockingQueue<ControlFrame> outbox = new LinkedBlockingQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread reader;
  private final Thread writer;
  private volatile boolean closed;

  /**
   * Says nothing yet.
   *
   * @param peer rank and address, for messages
   * @param connection what is closed at the end: it lies below the socket, whose own end would wait
   *     for whoever writes
   * @param socket greeted on both sides
   */
  ControlLink(
      String peer, Closeable connection, SSLSocket socket, FirstFailure failure, Duration silence)
      throws IOException {
    this.peer = peer;
    this.connection = connection;
    this.socket = socket;
    this.failure = failure;
    this.silence = silence;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
    this.reader = Thread.ofPlatform().daemon().name("ring-hear").unstarted(this::hear);
    this.writer = Thread.ofPlatform().daemon().name("ring-tell").unstarted(this::tell);
  }

  /** Begins to listen, to give signs of life, and to pass on failures. */
  void start() throws IOException {
    socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
    failure.listen(
        failed -> {
          outbox.add(new ControlFrame.Failed(failed));
          ended.countDown();
        });
    reader.start();
    writer.start();
  }

  private void hear() {
    try {
      boolean there = true;
      while (there) {
        switch (ControlFrame.read(in)) {
          case ControlFrame.Beat() -> {}
          case ControlFrame.Leaving() -> there = false;
          case ControlFrame.Failed(Failure failed) -> failure.report(failed);
          case ControlFrame.Admission(Token _) -> throw new IOException("it admits twice");
        }
      }
    } catch (SocketTimeoutException e) {
      String seconds = String.format(Locale.ROOT, "%.3g", silence.toMillis() / 1e3);
      failure.report(Failure.lost(peer, "no sign of life for " + seconds + " s"));
    } catch (IOException e) {
      if (!closed) {
        failure.report(Failure.lost(peer, "its connection broke (" + Failure.reason(e) + ")"));
      }
    } finally {
      ended.countDown();
    }
  }

  private void tell() {
    long beat = Math.clamp(silence.toMillis() / BEATS_PER_SILENCE, 1, BEAT.toMillis());
    try {
      ControlFrame frame;
      do {
        ControlFrame waiting = outbox.poll(beat, TimeUnit.MILLISECONDS);
        frame = waiting == null ? new ControlFrame.Beat() : waiting;
        frame.write(out);
      } while (!(frame instanceof ControlFrame.Leaving));
    } catch (IOException e) { // what reads hears of it too, perhaps with the reason before it
      LOG.debug("{} hears nothing more: {}", peer, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for what the peer has said last, after its data connection has ended.
   *
   * @param during the operation
   * @return what was reported, or that it has left
   */
  Failure lastWords(String during) throws InterruptedException {
    boolean heard = ended.await(silence.toMillis(), TimeUnit.MILLISECONDS);
    Failure left =
        Failure.lost(peer, (heard ? "it left during " : "its data connection broke in ") + during);
    return failure.get().orElse(left);
  }

  /** Says good-bye, if that takes no longer than a second. */
  @Override
  public void close() {
    closed = true;
    outbox.add(new ControlFrame.Leaving());
    boolean interrupted = Thread.interrupted(); // also then there is a second for good-bye
    try {
      writer.join(LAST_WORDS.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      Quietly.close(connection);
    }
  }
}
