package dev.xfolds.operator.reconcile;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.tls.CertificateIssuer;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Certificates of the runs that are active. Secrets are read one by one, never listed: what lies in
 * them stays until it is old, what this process needs to call a run's pods is in memory only.
 */
final class RunSecrets {
  /** On a run's Secrets: when they are to be replaced, RFC 3339. */
  static final String RENEW_ANNOTATION = "xfolds.dev/renew-at";

  static final Duration LIFETIME = Duration.ofDays(2);
  private static final Duration RENEW_AFTER = LIFETIME.dividedBy(2);

  private final KubernetesClient client;
  private final Authority authority;
  private final CertificateIssuer issuer;
  private final Clock clock;
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();

  RunSecrets(KubernetesClient client, Authority authority, CertificateIssuer issuer, Clock clock) {
    this.client = client;
    this.authority = authority;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * Certificates of one run.
   *
   * @param renewAt when others take their place
   */
  record Issued(RunCertificates certificates, Instant renewAt) {
    private boolean old(Instant now) {
      return !now.isBefore(renewAt);
    }
  }

  /** What this process calls the run's pods with, and what new Secrets hold. */
  Issued of(RunNames names) {
    return issued.compute(
        names.uid(),
        (_, before) ->
            before != null && !before.old(clock.instant())
                ? before
                : new Issued(
                    issuer.issue(
                        authority.of(names.uid()),
                        names.run(),
                        names.dnsNames(TRAINER),
                        names.dnsNames(EVALUATOR)),
                    clock.instant().plus(RENEW_AFTER)));
  }

  /** Whether a stored Secret of the run is missing, another run's, or old. */
  boolean toBeWritten(RunNames names, Secret wanted) {
    Secret stored =
        client
            .secrets()
            .inNamespace(names.namespace())
            .withName(wanted.getMetadata().getName())
            .get();
    if (stored == null || stored.getMetadata().getLabels() == null) {
      return true;
    }
    boolean mine =
        names.uid().equals(stored.getMetadata().getLabels().get(RunNames.UID_LABEL))
            && stored.getData() != null
            && stored.getData().keySet().containsAll(wanted.getData().keySet());
    return !mine || renewAt(stored).filter(at -> clock.instant().isBefore(at)).isEmpty();
  }

  void forget(String uid) {
    issued.remove(uid);
  }

  private static Optional<Instant> renewAt(Secret stored) {
    Map<String, String> annotations = stored.getMetadata().getAnnotations();
    String text = annotations == null ? null : annotations.get(RENEW_ANNOTATION);
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (java.time.format.DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
