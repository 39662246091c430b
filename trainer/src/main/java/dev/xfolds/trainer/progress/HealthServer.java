package dev.xfolds.trainer.progress;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * GET /livez and /readyz over plain HTTP. Ready: training or evaluating (or done). Alive: something
 * has changed within the last half hour; a step, a validation, the caching of an image, an answer
 * all count.
 */
public final class HealthServer implements AutoCloseable {

  static final Duration STALLED = Duration.ofMinutes(30);

  private final HttpServer server;

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   * @throws TrainerException code 2 if the port is in use
   */
  public static HealthServer start(int port, RunState state) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
      endpoint(server, "/livez", () -> state.sinceChange().compareTo(STALLED) < 0);
      endpoint(server, "/readyz", () -> ready(state.progress().getPhase()));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return new HealthServer(server);
    } catch (BindException e) {
      throw TrainerException.invalid(
          "--health-port must be a free port, %d is in use".formatted(port), e);
    } catch (IOException e) {
      throw TrainerException.retry("health endpoints cannot be served: " + e.getMessage(), e);
    }
  }

  private static boolean ready(Phase phase) {
    return switch (phase) {
      case TRAINING, VALIDATING, CHECKPOINTING, EVALUATING, FINISHED -> true;
      case PHASE_UNSPECIFIED, STARTING, CACHING, UNRECOGNIZED -> false;
    };
  }

  private static void endpoint(HttpServer server, String path, BooleanSupplier good) {
    server.createContext(path, exchange -> answer(exchange, path, good));
  }

  private static void answer(HttpExchange exchange, String path, BooleanSupplier good)
      throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      boolean ok = good.getAsBoolean();
      byte[] body = (ok ? "ok\n" : "unavailable\n").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(ok ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
