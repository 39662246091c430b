package dev.xfolds.evaluator.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** GET /livez and /readyz over plain HTTP: 200 or 503. */
final class HealthEndpoints implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param port 0 for a free one
   * @throws StartException if the port is in use
   */
  HealthEndpoints(int port, BooleanSupplier ready) {
    try {
      this.server = HttpServer.create(new InetSocketAddress(port), 0);
    } catch (BindException e) {
      throw new StartException("--health-port " + port + " is in use or may not be bound", e);
    } catch (IOException e) {
      throw new StartException("--health-port " + port + " cannot be served: " + e.getMessage(), e);
    }
    server.setExecutor(executor);
    server.createContext("/livez", exchange -> answer(exchange, "/livez", true));
    server.createContext("/readyz", exchange -> answer(exchange, "/readyz", ready.getAsBoolean()));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }

  private static void answer(HttpExchange exchange, String path, boolean good) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] body = (good ? "ok\n" : "not ready\n").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(good ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
