package dev.xfolds.operator.local;

import dev.xfolds.operator.observe.RestartPolicy;
import dev.xfolds.operator.tls.CertificateIssuer;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * What every run on this machine shares.
 *
 * @param environment of this process; children inherit little of it
 * @param poll time between two looks at a run
 */
public record LocalContext(
    OutputFolder output,
    HostVolumes volumes,
    LocalImages images,
    CertificateIssuer issuer,
    RestartPolicy restarts,
    StopSignal stop,
    RunListener listener,
    Clock clock,
    HttpClient http,
    Map<String, String> environment,
    Duration poll) {
  public LocalContext {
    environment = Map.copyOf(environment);
  }
}
