package dev.xfolds.operator.tls;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The one identity of a client, as TLS asks for it. A key store in memory would derive a key from a
 * password for every channel, twice, which takes longer than the handshake.
 */
public final class SingleIdentity extends X509ExtendedKeyManager {
  private static final String ALIAS = "client";
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.+)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private final X509Certificate certificate;
  private final PrivateKey key;

  private SingleIdentity(X509Certificate certificate, PrivateKey key) {
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * Reads what {@link CertificateIssuer} wrote.
   *
   * @throws IllegalArgumentException if it is no certificate with its key
   */
  public static SingleIdentity of(PemIdentity pem) {
    Matcher found = KEY.matcher(pem.privateKey());
    if (!found.find()) {
      throw new IllegalArgumentException("a PEM identity has a PRIVATE KEY block");
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(
                          pem.certificate().getBytes(StandardCharsets.US_ASCII)));
      return new SingleIdentity(
          certificate,
          KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
              .generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)))));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a PEM identity cannot be read", e);
    }
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return ALIAS;
  }

  @Override
  public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
    return ALIAS;
  }

  /** It serves nobody. */
  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {certificate};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }
}
