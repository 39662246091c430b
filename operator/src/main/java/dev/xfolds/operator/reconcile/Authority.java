package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.tls.AuthorityKey;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/** The operator's secret, from which the authority of every run comes; made at the first start. */
final class Authority {
  static final String SECRET = "xfolds-authority";
  private static final String KEY = "secret";

  private final KubernetesClient client;
  private final String namespace;
  private final SecureRandom random;
  private byte[] secret;

  Authority(KubernetesClient client, String namespace, SecureRandom random) {
    this.client = client;
    this.namespace = namespace;
    this.random = random;
  }

  /** The authority of one run; always the same for the same uid. */
  KeyPair of(String uid) {
    return AuthorityKey.derive(secret(), uid);
  }

  private synchronized byte[] secret() {
    if (secret == null) {
      secret = read();
    }
    return secret.clone();
  }

  private byte[] read() {
    Secret stored = client.secrets().inNamespace(namespace).withName(SECRET).get();
    if (stored == null) {
      stored = create();
    }
    String text = stored.getData() == null ? null : stored.getData().get(KEY);
    if (text == null) {
      throw new IllegalStateException(
          "Secret %s/%s must have the key %s".formatted(namespace, SECRET, KEY));
    }
    return Base64.getDecoder().decode(text);
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
            .withImmutable(true)
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
