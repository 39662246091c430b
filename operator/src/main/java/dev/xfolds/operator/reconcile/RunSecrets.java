package dev.xfolds.operator.reconcile;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.tls.AuthoritySecrets;
import dev.xfolds.operator.tls.CertificateIssuer;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Certificates of the runs that are active. Secrets are read one by one, never listed: what lies in
 * them stays until it is old, what this process needs to call a run's pods is in memory only.
 */
final class RunSecrets {
  /** On a run's Secrets: when they are to be replaced, RFC 3339. */
  static final String RENEW_ANNOTATION = "xfolds.dev/renew-at";

  /** On a run's Secrets: fingerprint of the operator's secret that their authority comes from. */
  static final String AUTHORITY_ANNOTATION = "xfolds.dev/authority";

  static final Duration LIFETIME = Duration.ofDays(2);
  private static final Duration RENEW_AFTER = LIFETIME.dividedBy(2);

  private final Stored stored;
  private final Authorities authorities;
  private final CertificateIssuer issuer;
  private final Clock clock;
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();

  RunSecrets(Stored stored, Authorities authorities, CertificateIssuer issuer, Clock clock) {
    this.stored = stored;
    this.authorities = authorities;
    this.issuer = issuer;
    this.clock = clock;
  }

  /** Secrets by name; null if there is none. */
  interface Stored {
    Secret get(String namespace, String name);

    static Stored in(KubernetesClient client) {
      return (namespace, name) -> client.secrets().inNamespace(namespace).withName(name).get();
    }
  }

  /** The authority of a run, by its uid and the fingerprint of the secret that it began with. */
  interface Authorities {
    AuthoritySecrets.RunAuthority of(String uid, Optional<String> remembered);
  }

  /**
   * Certificates of one run.
   *
   * @param renewAt when others take their place
   * @param authority fingerprint of the operator's secret that they come from
   */
  record Issued(RunCertificates certificates, Instant renewAt, String authority) {
    private boolean old(Instant now) {
      return !now.isBefore(renewAt);
    }
  }

  /** What this process calls the run's pods with, and what new Secrets hold. */
  Issued of(RunNames names) {
    return of(names, () -> remembered(names));
  }

  /** The same, of a run that has no pods: no other authority than the current one is needed. */
  Issued first(RunNames names) {
    return of(names, Optional::empty);
  }

  private Issued of(RunNames names, Supplier<Optional<String>> remembered) {
    return issued.compute(
        names.uid(),
        (_, before) ->
            before != null && !before.old(clock.instant())
                ? before
                : issue(names, before == null ? remembered.get() : Optional.of(before.authority)));
  }

  /** Either Secret tells: one may have been deleted. */
  private Optional<String> remembered(RunNames names) {
    return Stream.of(TRAINER, EVALUATOR)
        .map(component -> stored.get(names.namespace(), names.tlsSecret(component)))
        .flatMap(secret -> authority(secret, names).stream())
        .findFirst();
  }

  private Issued issue(RunNames names, Optional<String> remembered) {
    AuthoritySecrets.RunAuthority own = authorities.of(names.uid(), remembered);
    return new Issued(
        issuer.issue(own.key(), names.run(), names.dnsNames(TRAINER), names.dnsNames(EVALUATOR)),
        clock.instant().plus(RENEW_AFTER),
        own.fingerprint());
  }

  /**
   * Whether a stored Secret of the run is missing, another run's, another authority's, or old.
   *
   * @throws Refusal if there is one of its name that no run has: its keys would be lost
   */
  boolean toBeWritten(RunNames names, Secret wanted) {
    Secret there = stored.get(names.namespace(), wanted.getMetadata().getName());
    if (there != null && !ClusterWriter.isOfARun(there)) {
      throw ClusterWriter.taken(wanted);
    }
    return !good(there, names, wanted.getData(), of(names), clock.instant());
  }

  static boolean good(
      Secret stored, RunNames names, Map<String, String> wanted, Issued issued, Instant now) {
    return authority(stored, names).filter(issued.authority::equals).isPresent()
        && stored.getData() != null
        && stored.getData().keySet().containsAll(wanted.keySet())
        && renewAt(stored).filter(now::isBefore).isPresent();
  }

  /** What a Secret says about its authority; empty if it is absent or of another run. */
  static Optional<String> authority(Secret stored, RunNames names) {
    return Optional.ofNullable(stored)
        .map(Secret::getMetadata)
        .filter(
            metadata ->
                metadata.getLabels() != null
                    && names.uid().equals(metadata.getLabels().get(RunNames.UID_LABEL)))
        .map(ObjectMeta::getAnnotations)
        .map(annotations -> annotations.get(AUTHORITY_ANNOTATION));
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
