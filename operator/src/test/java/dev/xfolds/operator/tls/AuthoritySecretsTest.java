package dev.xfolds.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AuthoritySecretsTest {
  private static final byte[] OLD = filled(1);
  private static final byte[] NEW = filled(2);
  private static final Optional<String> BEGUN_WITH_OLD =
      Optional.of(AuthoritySecrets.fingerprint(OLD));

  private static byte[] filled(int value) {
    byte[] secret = new byte[AuthorityKey.SECRET_BYTES];
    Arrays.fill(secret, (byte) value);
    return secret;
  }

  @Test
  void runInFlightKeepsItsSecretAfterARotationAndNewRunsGetTheNewOne() {
    AuthoritySecrets rotated = new AuthoritySecrets(NEW, Optional.of(OLD));
    assertThat(rotated.of("a", BEGUN_WITH_OLD).key().getPrivate())
        .isEqualTo(AuthorityKey.derive(OLD, "a").getPrivate());
    assertThat(rotated.of("a", BEGUN_WITH_OLD).fingerprint()).isEqualTo(BEGUN_WITH_OLD.get());
    assertThat(rotated.of("a", Optional.empty()).key().getPrivate())
        .isEqualTo(AuthorityKey.derive(NEW, "a").getPrivate());
  }

  @Test
  void runWhoseSecretIsGoneGetsTheNewOneAndItsFingerprint() {
    AuthoritySecrets forgotten = new AuthoritySecrets(NEW, Optional.empty());
    assertThat(forgotten.of("a", BEGUN_WITH_OLD).key().getPrivate())
        .isEqualTo(AuthorityKey.derive(NEW, "a").getPrivate());
    assertThat(forgotten.of("a", BEGUN_WITH_OLD).fingerprint()).isNotEqualTo(BEGUN_WITH_OLD.get());
  }

  @Test
  void fingerprintIsTheStartOfTheDigest() {
    // SHA-256 of 32 bytes of 1, by Python's hashlib.
    assertThat(AuthoritySecrets.fingerprint(OLD)).isEqualTo("72cd6e8422c407fb");
  }
}
