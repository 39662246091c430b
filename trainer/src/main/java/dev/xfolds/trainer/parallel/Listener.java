package dev.xfolds.trainer.parallel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the rank before this one. Each connection has a thread of its own, so one that says
 * nothing holds up none; who is no rank of this run is refused with a line in the log.
 */
final class Listener implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private static final int AT_ONCE = 256;
  private static final int TLS = 0x16;
  private static final long PORT_PAUSE_MILLIS = 200;

  private final Introduction introduction;
  private final ExecutorService threads;
  private final Map<Token, CompletableFuture<SocketChannel>> admitted = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(AT_ONCE);

  /** Ends when {@code threads} are interrupted. */
  Listener(Introduction introduction, ExecutorService threads) {
    this.introduction = introduction;
    this.threads = threads;
  }

  @Override
  public void run() {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      bind(server);
      while (true) {
        SocketChannel channel = server.accept();
        if (places.tryAcquire()) {
          threads.execute(() -> serve(channel));
        } else {
          LOG.warn("refused a connection from {}: too many", channel.getRemoteAddress());
          Quietly.close(channel);
        }
      }
    } catch (IOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        Peer own = introduction.peers().get(introduction.greeting().rank());
        introduction
            .failure()
            .report(
                new Failure(
                    Failure.Kind.RETRY,
                    "rank %d cannot listen at %s: %s"
                        .formatted(introduction.greeting().rank(), own, Failure.reason(e))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A port in use may be that of an earlier attempt, which is about to end. */
  private void bind(ServerSocketChannel server) throws IOException, InterruptedException {
    Peer own = introduction.peers().get(introduction.greeting().rank());
    InetSocketAddress address = address(own);
    boolean told = false;
    while (true) {
      try {
        server.bind(address);
        return;
      } catch (BindException e) {
        if (!told) {
          LOG.warn("cannot listen at {} yet: {}", own, e.getMessage());
          told = true;
        }
        Thread.sleep(PORT_PAUSE_MILLIS);
      }
    }
  }

  /** Loopback alone if that is our address, else every interface. */
  private static InetSocketAddress address(Peer own) {
    try {
      InetAddress host = InetAddress.getByName(own.host());
      return host.isLoopbackAddress()
          ? new InetSocketAddress(host, own.port())
          : new InetSocketAddress(own.port());
    } catch (UnknownHostException e) { // appears late in DNS: no loopback
      return new InetSocketAddress(own.port());
    }
  }

  private void serve(SocketChannel channel) {
    boolean kept = false;
    String from = String.valueOf(channel.socket().getRemoteSocketAddress());
    try {
      Socket connection = channel.socket();
      connection.setSoTimeout(Math.toIntExact(Introduction.WORD.toMillis()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      int first = connection.getInputStream().read();
      kept =
          switch (first) {
            case TLS -> control(channel, connection);
            case Introduction.DATA -> data(channel, connection);
            default -> throw new IOException("it is no rank of xfolds");
          };
    } catch (CompletionException e) {
      introduction.previous().completeExceptionally(e);
    } catch (IOException e) {
      LOG.warn("refused a connection from {}: {}", from, Failure.reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
      if (!kept) {
        Quietly.close(channel);
      }
    }
  }

  private boolean control(SocketChannel channel, Socket connection)
      throws IOException, InterruptedException {
    SSLSocket socket = introduction.tls().server(connection, (byte) TLS);
    SocketAddress address = connection.getRemoteSocketAddress();
    int rank = introduction.previousRank();
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    introduction.greeting().write(out); // first, so that both sides learn of a difference
    introduction.meet(in, address, rank);
    Token token = Token.random();
    CompletableFuture<SocketChannel> opened = new CompletableFuture<>();
    admitted.put(token, opened);
    try {
      new ControlFrame.Admission(token).write(out);
      SocketChannel data = opened.get(Introduction.WORD.toMillis(), TimeUnit.MILLISECONDS);
      String name = introduction.name(rank);
      return introduction.keep(
          introduction.previous(),
          new Neighbour(
              name,
              new ControlLink(
                  name, channel, socket, introduction.failure(), introduction.silence()),
              data));
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("its data connection did not come", e);
    } finally {
      admitted.remove(token);
    }
  }

  private boolean data(SocketChannel channel, Socket connection) throws IOException {
    Token token = Token.read(new DataInputStream(connection.getInputStream()));
    CompletableFuture<SocketChannel> opened = admitted.remove(token);
    if (opened == null) {
      throw new IOException("its token is unknown");
    }
    return opened.complete(channel);
  }
}
