package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.Plans;
import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RunSecretsTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunNames NAMES = new RunNames("default", "a", "uid-a");
  private static final RunSecrets.Issued ISSUED =
      new RunSecrets.Issued(Plans.CERTIFICATES, T0.plusSeconds(60), "f1");

  private static Secret stored(String uid, String authority, Instant renewAt) {
    return new SecretBuilder()
        .withNewMetadata()
        .withLabels(Map.of(RunNames.UID_LABEL, uid))
        .addToAnnotations(RunSecrets.RENEW_ANNOTATION, renewAt.toString())
        .addToAnnotations(RunSecrets.AUTHORITY_ANNOTATION, authority)
        .endMetadata()
        .withData(Map.of("tls.key", ""))
        .build();
  }

  private static boolean good(Secret stored) {
    return RunSecrets.good(stored, NAMES, Map.of("tls.key", ""), ISSUED, T0);
  }

  @Test
  void storedSecretStaysUntilItIsOldOrAnotherAuthoritys() {
    assertThat(good(stored("uid-a", "f1", T0.plusSeconds(1)))).isTrue();
    assertThat(good(stored("uid-a", "f1", T0))).isFalse();
    assertThat(good(stored("uid-a", "f0", T0.plusSeconds(1)))).isFalse();
    assertThat(good(stored("uid-b", "f1", T0.plusSeconds(1)))).isFalse();
    assertThat(good(null)).isFalse();
  }

  @Test
  void runRemembersTheAuthorityOfItsOwnSecretsOnly() {
    assertThat(RunSecrets.authority(stored("uid-a", "f0", T0), NAMES)).contains("f0");
    assertThat(RunSecrets.authority(stored("uid-b", "f0", T0), NAMES)).isEmpty();
    assertThat(RunSecrets.authority(null, NAMES)).isEmpty();
  }
}
