package dev.xfolds.trainer.parallel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The way to a rank: passes on both connections, until they are cut, or nothing comes through. */
final class Tunnel implements AutoCloseable {

  private final ServerSocket server;
  private final Peer target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final Object thaw = new Object();
  private volatile boolean frozen;

  private Tunnel(ServerSocket server, Peer target) {
    this.server = server;
    this.target = target;
  }

  static Tunnel to(Peer target) throws IOException {
    Tunnel tunnel = new Tunnel(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    Thread.startVirtualThread(tunnel::accept);
    return tunnel;
  }

  Peer entrance() {
    return new Peer("localhost", server.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        sockets.add(near);
        Socket far = new Socket();
        sockets.add(far);
        Thread.startVirtualThread(() -> connect(near, far));
      }
    } catch (IOException closed) {
      frozen = false;
    }
  }

  private void connect(Socket near, Socket far) {
    try {
      far.connect(new java.net.InetSocketAddress(target.host(), target.port()));
      Thread.startVirtualThread(() -> pass(near, far));
      pass(far, near);
    } catch (IOException refused) {
      cut(near);
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitThaw();
        out.write(buffer, 0, n);
      }
      awaitThaw();
    } catch (IOException | InterruptedException ended) {
      cut(from);
      cut(to);
    }
  }

  private void awaitThaw() throws InterruptedException {
    synchronized (thaw) {
      while (frozen) {
        thaw.wait();
      }
    }
  }

  /** From now on nothing comes through, and no connection ends. */
  void freeze() {
    frozen = true;
  }

  /** Resets every connection. */
  void cut() {
    sockets.forEach(Tunnel::cut);
  }

  private static void cut(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      assert socket.isClosed();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (thaw) {
      frozen = false;
      thaw.notifyAll();
    }
    cut();
  }
}
