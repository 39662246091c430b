package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.tls.AuthorityKey;
import dev.xfolds.operator.tls.AuthoritySecrets;
import dev.xfolds.operator.tls.CertificateIssuer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What runs get from operators that start before and after a rotation of their secret. */
final class RotationTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final byte[] OLD = filled(1);
  private static final byte[] NEW = filled(2);
  private static final AuthoritySecrets BEFORE = new AuthoritySecrets(OLD, Optional.empty());
  private static final AuthoritySecrets ROTATED = new AuthoritySecrets(NEW, Optional.of(OLD));
  private static final AuthoritySecrets FORGOTTEN = new AuthoritySecrets(NEW, Optional.empty());
  private static final RunNames RUN = new RunNames("default", "a", "uid-a");

  private final Map<String, Secret> cluster = new HashMap<>();

  private static byte[] filled(int value) {
    byte[] secret = new byte[AuthorityKey.SECRET_BYTES];
    Arrays.fill(secret, (byte) value);
    return secret;
  }

  /** An operator that has just started: nothing is in its memory. */
  private RunSecrets started(AuthoritySecrets authorities, Instant now) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    return new RunSecrets(
        (namespace, name) -> cluster.get(namespace + "/" + name),
        authorities::of,
        new CertificateIssuer(clock, new SecureRandom(), RunSecrets.LIFETIME),
        clock);
  }

  private static Secret secret(RunNames names, String component, RunSecrets.Issued issued) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(names.namespace())
        .withName(names.tlsSecret(component))
        .addToLabels(RunNames.UID_LABEL, names.uid())
        .addToAnnotations(RunSecrets.RENEW_ANNOTATION, issued.renewAt().toString())
        .addToAnnotations(RunSecrets.AUTHORITY_ANNOTATION, issued.authority())
        .endMetadata()
        .withData(Map.of("ca.crt", issued.certificates().authority()))
        .build();
  }

  /** Writes what is to be written, as the operator does; gives the names. */
  private List<String> write(RunSecrets secrets, RunNames names, String... components) {
    List<String> written = new ArrayList<>();
    for (String component : components) {
      Secret wanted = secret(names, component, secrets.of(names));
      if (secrets.toBeWritten(names, wanted)) {
        String name = wanted.getMetadata().getName();
        cluster.put("default/" + name, wanted);
        written.add(name);
      }
    }
    return written;
  }

  private static PublicKey authority(RunSecrets secrets, RunNames names)
      throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(
            new ByteArrayInputStream(
                secrets.of(names).certificates().authority().getBytes(StandardCharsets.US_ASCII)))
        .getPublicKey();
  }

  private static PublicKey key(byte[] secret, RunNames names) {
    return AuthorityKey.derive(secret, names.uid()).getPublic();
  }

  @Test
  void runInFlightKeepsItsAuthorityAcrossTheRotationAndEveryRenewalAndANewRunGetsTheNewOne()
      throws CertificateException {
    assertThat(write(started(BEFORE, T0), RUN, "trainer", "evaluator")).hasSize(2);

    RunSecrets rotated = started(ROTATED, T0.plusSeconds(60));
    assertThat(authority(rotated, RUN)).isEqualTo(key(OLD, RUN));
    assertThat(write(rotated, RUN, "trainer", "evaluator")).isEmpty();
    RunNames fresh = new RunNames("default", "b", "uid-b");
    assertThat(authority(rotated, fresh)).isEqualTo(key(NEW, fresh));

    RunSecrets later = started(ROTATED, T0.plus(RunSecrets.LIFETIME));
    assertThat(write(later, RUN, "trainer", "evaluator")).hasSize(2);
    assertThat(authority(started(ROTATED, T0.plus(RunSecrets.LIFETIME)), RUN))
        .isEqualTo(key(OLD, RUN));
  }

  @Test
  void operatorThatEndsBetweenTheTwoSecretsOfARunDoesNotSplitIt() throws CertificateException {
    write(started(BEFORE, T0), RUN, "trainer");
    RunSecrets rotated = started(ROTATED, T0);
    assertThat(write(rotated, RUN, "trainer", "evaluator")).containsExactly("a-evaluator-tls");
    assertThat(authority(rotated, RUN)).isEqualTo(key(OLD, RUN));
  }

  @Test
  void evaluatorsSecretTellsTheAuthorityWhenTheTrainersIsDeleted() throws CertificateException {
    write(started(BEFORE, T0), RUN, "trainer", "evaluator");
    cluster.remove("default/a-trainer-tls");
    RunSecrets rotated = started(ROTATED, T0);
    assertThat(write(rotated, RUN, "trainer", "evaluator")).containsExactly("a-trainer-tls");
    assertThat(authority(rotated, RUN)).isEqualTo(key(OLD, RUN));
  }

  @Test
  void runWhoseSecretIsForgottenGetsBothSecretsAnewAndANamesakeInheritsNothing()
      throws CertificateException {
    write(started(BEFORE, T0), RUN, "trainer", "evaluator");
    RunNames namesake = new RunNames("default", "a", "uid-c");
    assertThat(authority(started(ROTATED, T0), namesake)).isEqualTo(key(NEW, namesake));
    RunSecrets forgotten = started(FORGOTTEN, T0);
    assertThat(write(forgotten, RUN, "trainer", "evaluator")).hasSize(2);
    assertThat(authority(forgotten, RUN)).isEqualTo(key(NEW, RUN));
  }
}
