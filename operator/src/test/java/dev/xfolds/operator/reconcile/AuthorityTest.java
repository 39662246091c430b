package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.operator.tls.AuthorityKey;
import dev.xfolds.operator.tls.AuthoritySecrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AuthorityTest {
  private static final String OLD = filled(AuthorityKey.SECRET_BYTES, 1);
  private static final String NEW = filled(AuthorityKey.SECRET_BYTES, 2);

  private static String filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Secret stored(Map<String, String> data) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace("xfolds-system")
        .withName(Authority.SECRET)
        .endMetadata()
        .withData(data)
        .build();
  }

  private static String fingerprint(Map<String, String> data, Optional<String> remembered) {
    return Authority.parse(stored(data)).of("uid", remembered).fingerprint();
  }

  @Test
  void rotatedSecretServesNewRunsAndKeepsThePreviousOne() {
    String before = fingerprint(Map.of("secret", OLD), Optional.empty());
    AuthoritySecrets rotated = Authority.parse(stored(Map.of("secret", NEW, "previous", OLD)));
    assertThat(rotated.of("uid", Optional.of(before)).fingerprint()).isEqualTo(before);
    assertThat(rotated.of("uid", Optional.empty()).fingerprint())
        .isEqualTo(fingerprint(Map.of("secret", NEW), Optional.empty()))
        .isNotEqualTo(before);
  }

  @Test
  void secretThatWouldLoseARunItsAuthorityIsRefused() {
    assertThatThrownBy(() -> Authority.parse(stored(Map.of("previous", OLD))))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "Secret xfolds-system/xfolds-authority must have 32 bytes under secret, has none");
    assertThatThrownBy(() -> Authority.parse(stored(Map.of("secret", NEW, "previous", ""))))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "Secret xfolds-system/xfolds-authority must have 32 bytes under previous, has 0");
    assertThatThrownBy(() -> Authority.parse(stored(Map.of("secret", filled(31, 1)))))
        .hasMessageEndingWith("must have 32 bytes under secret, has 31");
  }
}
