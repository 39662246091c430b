package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.tls.AuthorityKey;
import dev.xfolds.operator.tls.AuthoritySecrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's secret, from which the authority of every run comes; made at the first start, and
 * rotated by whoever replaces it (docs/operations.md).
 */
final class Authority {
  static final String SECRET = "xfolds-authority";
  private static final String KEY = "secret";
  private static final String PREVIOUS = "previous";

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random;
  private AuthoritySecrets secrets;

  Authority(KubernetesClient client, String namespace, SecureRandom random) {
    this.client = client;
    this.namespace = namespace;
    this.random = random;
  }

  /**
   * The authority of one run; always the same for the same uid and fingerprint.
   *
   * @param remembered fingerprint of the secret that the run began with; empty for a new run
   */
  AuthoritySecrets.RunAuthority of(String uid, Optional<String> remembered) {
    return secrets().of(uid, remembered);
  }

  private synchronized AuthoritySecrets secrets() {
    if (secrets == null) {
      secrets = read();
    }
    return secrets;
  }

  private AuthoritySecrets read() {
    Secret stored = client.secrets().inNamespace(namespace).withName(SECRET).get();
    if (stored == null) {
      stored = create();
    }
    return parse(stored);
  }

  /**
   * What a stored Secret says.
   *
   * @throws Refusal if a key has the wrong length: a run would lose its own silently
   */
  static AuthoritySecrets parse(Secret stored) {
    return new AuthoritySecrets(
        decoded(stored, KEY).orElseThrow(() -> new Refusal(where(stored, KEY) + ", has none")),
        decoded(stored, PREVIOUS));
  }

  private static Optional<byte[]> decoded(Secret stored, String key) {
    Optional<byte[]> bytes =
        Optional.ofNullable(stored.getData())
            .map(data -> data.get(key))
            .map(Base64.getDecoder()::decode);
    if (bytes.isPresent() && bytes.get().length != AuthorityKey.SECRET_BYTES) {
      throw new Refusal("%s, has %d".formatted(where(stored, key), bytes.get().length));
    }
    return bytes;
  }

  private static String where(Secret stored, String key) {
    return "Secret %s/%s must have %d bytes under %s"
        .formatted(stored.getMetadata().getNamespace(), SECRET, AuthorityKey.SECRET_BYTES, key);
  }

  /** Two operators that begin at once agree on the one that the API server took first. */
  private Secret create() {
    byte[] fresh = new byte[AuthorityKey.SECRET_BYTES];
    random.nextBytes(fresh);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(SECRET)
            .endMetadata()
            .withType("Opaque")
            .withData(Map.of(KEY, Base64.getEncoder().encodeToString(fresh)))
            .build();
    try {
      return client.resource(secret).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return client.secrets().inNamespace(namespace).withName(SECRET).get();
    }
  }
}
