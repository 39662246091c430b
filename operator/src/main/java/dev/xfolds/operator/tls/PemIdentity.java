package dev.xfolds.operator.tls;

import java.util.Objects;

/**
 * A certificate with its private key, both PEM; the key is PKCS#8.
 *
 * @param certificate one {@code CERTIFICATE} block
 * @param privateKey one {@code PRIVATE KEY} block
 */
public record PemIdentity(String certificate, String privateKey) {
  public PemIdentity {
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(privateKey, "privateKey");
  }

  /** Says nothing about the key, so that no log can. */
  @Override
  public String toString() {
    return "PemIdentity[...]";
  }
}
