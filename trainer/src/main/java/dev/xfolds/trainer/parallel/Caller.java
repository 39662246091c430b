package dev.xfolds.trainer.parallel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the rank after this one, again and again: its process may start later, and its name
 * appear in DNS later still.
 */
final class Caller implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

  private static final int CONNECT_MILLIS = 5_000;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LARGEST_PAUSE_MILLIS = 1_000;

  private static final Duration TOLD_AFTER = Duration.ofSeconds(5);

  private final Introduction introduction;
  private final int rank;
  private final Peer peer;
  private final long began = System.nanoTime();
  private volatile String problem = "not tried yet";
  private String told = "";

  Caller(Introduction introduction) {
    this.introduction = introduction;
    this.rank = introduction.nextRank();
    this.peer = introduction.peers().get(rank);
  }

  /** Why the last attempt failed. */
  String problem() {
    return problem;
  }

  @Override
  public void run() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (!attempt()) {
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LARGEST_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt() {
    Socket connection = new Socket();
    boolean connected = false;
    try {
      connected = connect(connection);
      return true;
    } catch (CompletionException e) {
      introduction.next().completeExceptionally(e);
      return true;
    } catch (IOException e) {
      problem = Failure.reason(e);
      tell();
      return false;
    } finally {
      if (!connected) {
        Quietly.close(connection);
      }
    }
  }

  /** Each problem once, and none of those that ranks have which start at about the same time. */
  private void tell() {
    boolean waits = System.nanoTime() - began > TOLD_AFTER.toNanos();
    if (waits && !problem.equals(told) && !Thread.currentThread().isInterrupted()) {
      LOG.info("rank {} is not at {} yet: {}", rank, peer, problem);
      told = problem;
    }
  }

  private boolean connect(Socket connection) throws IOException {
    InetSocketAddress address = new InetSocketAddress(peer.host(), peer.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException("no such name");
    }
    connection.setSoTimeout(Math.toIntExact(Introduction.WORD.toMillis()));
    connection.connect(address, CONNECT_MILLIS);
    connection.setTcpNoDelay(true);
    SSLSocket socket = introduction.tls().client(connection, peer);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    introduction.greeting().write(new DataOutputStream(socket.getOutputStream()));
    introduction.meet(in, address, rank);
    if (!(ControlFrame.read(in) instanceof ControlFrame.Admission(Token token))) {
      throw new IOException("it admits nobody");
    }
    String name = introduction.name(rank);
    ControlLink control =
        new ControlLink(name, connection, socket, introduction.failure(), introduction.silence());
    return introduction.keep(
        introduction.next(),
        new Neighbour(name, control, data(connection.getInetAddress(), token)));
  }

  /** To the same address: a name may stand for several. */
  private SocketChannel data(InetAddress address, Token token) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(new InetSocketAddress(address, peer.port()), CONNECT_MILLIS);
      ByteBuffer opening = ByteBuffer.allocate(1 + Token.LENGTH);
      opening.put(Introduction.DATA).put(token.bytes()).flip();
      while (opening.hasRemaining()) {
        channel.write(opening);
      }
      return channel;
    } catch (IOException e) {
      Quietly.close(channel);
      throw e;
    }
  }
}
