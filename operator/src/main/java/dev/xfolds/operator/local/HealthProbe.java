package dev.xfolds.operator.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The probes of one container, polled as a kubelet does: startup first, then readiness and
 * liveness.
 */
final class HealthProbe {
  private final HttpClient http;
  private final Clock clock;
  private final Schedule startup;
  private final Schedule readiness;
  private final Schedule liveness;
  private boolean started;
  private boolean ready;

  HealthProbe(HttpClient http, Clock clock, Container container, PortMap ports) {
    this.http = http;
    this.clock = clock;
    this.startup = new Schedule(container.getStartupProbe(), ports);
    this.readiness = new Schedule(container.getReadinessProbe(), ports);
    this.liveness = new Schedule(container.getLivenessProbe(), ports);
  }

  /** Asks what is due. Returns whether the process may live on. */
  boolean poll() {
    if (!started) {
      startup.pollIfDue();
      started = startup.succeeded;
      if (!started) {
        return startup.failures < startup.threshold;
      }
    }
    readiness.pollIfDue();
    if (readiness.succeeded) {
      ready = true;
    } else if (readiness.failures >= readiness.threshold) {
      ready = false;
    }
    liveness.pollIfDue();
    return liveness.failures < liveness.threshold;
  }

  boolean started() {
    return started;
  }

  boolean ready() {
    return ready;
  }

  /** Sooner than a kubelet while something is not there yet: a person waits. */
  private static final Duration EAGER = Duration.ofMillis(200);

  private final class Schedule {
    private final URI address;
    private final Duration period;
    private final Duration timeout;
    private final int threshold;
    private Instant asked = Instant.EPOCH;
    private Instant counted = Instant.EPOCH;
    private boolean succeeded;
    private int failures;

    Schedule(Probe probe, PortMap ports) {
      var get = probe.getHttpGet();
      this.address =
          URI.create("http://127.0.0.1:" + ports.of(get.getPort().getStrVal()) + get.getPath());
      this.period = Duration.ofSeconds(probe.getPeriodSeconds());
      this.timeout = Duration.ofSeconds(probe.getTimeoutSeconds());
      this.threshold = probe.getFailureThreshold();
    }

    void pollIfDue() {
      Instant now = clock.instant();
      if (now.isBefore(asked.plus(succeeded ? period : EAGER))) {
        return;
      }
      asked = now;
      succeeded = ask();
      if (succeeded) {
        failures = 0;
      } else if (!now.isBefore(counted.plus(period))) {
        counted = now;
        failures++;
      }
    }

    private boolean ask() {
      try {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(timeout).GET().build();
        int code = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        return code >= 200 && code < 400;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
