package dev.xfolds.operator.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Issues the certificates of runs: EC P-256, signed with SHA-256 by an authority made for that run
 * and then forgotten.
 */
public final class CertificateIssuer {
  /** Clocks of a cluster's nodes differ; certificates begin this much earlier. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final Clock clock;
  private final SecureRandom random;
  private final Duration lifetime;

  public CertificateIssuer(Clock clock, SecureRandom random, Duration lifetime) {
    this.clock = clock;
    this.random = random;
    this.lifetime = lifetime;
  }

  /**
   * A new authority with three leaves. The authority's key is not kept: nobody can issue another
   * certificate of the run.
   *
   * @param trainerNames DNS names of the trainer's Service
   * @param evaluatorNames DNS names of the evaluator's Service
   */
  public RunCertificates issue(String run, List<String> trainerNames, List<String> evaluatorNames) {
    try {
      return issue(keyPair(), run, trainerNames, evaluatorNames);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make EC P-256 keys", e);
    }
  }

  /**
   * Three leaves of an authority whose key the caller has: certificates that were issued before
   * with the same key stay good.
   */
  public RunCertificates issue(
      KeyPair authorityKey, String run, List<String> trainerNames, List<String> evaluatorNames) {
    try {
      X500Name authority = new X500Name("O=xfolds,OU=" + run + ",CN=xfolds-run-authority");
      X509CertificateHolder certificate = authorityCertificate(authority, authorityKey);
      return new RunCertificates(
          pem("CERTIFICATE", certificate.getEncoded()),
          leaf("trainer", trainerNames, authority, authorityKey),
          leaf("evaluator", evaluatorNames, authority, authorityKey),
          leaf("operator", List.of(), authority, authorityKey));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this JDK cannot issue EC P-256 certificates", e);
    }
  }

  private X509CertificateHolder authorityCertificate(X500Name name, KeyPair key)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    return builder(name, name, key)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
        .build(
            new JcaContentSignerBuilder("SHA256withECDSA")
                .setProvider(AuthorityKey.CURVES)
                .setSecureRandom(random)
                .build(key.getPrivate()));
  }

  private PemIdentity leaf(
      String commonName, List<String> names, X500Name issuer, KeyPair issuerKey)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    KeyPair key = keyPair();
    GeneralName[] alternatives = new GeneralName[names.size() + 2];
    for (int i = 0; i < names.size(); i++) {
      alternatives[i] = new GeneralName(GeneralName.dNSName, names.get(i));
    }
    alternatives[names.size()] = new GeneralName(GeneralName.dNSName, "localhost");
    alternatives[names.size() + 1] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
    X509CertificateHolder certificate =
        builder(issuer, new X500Name("O=xfolds,CN=" + commonName), key)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
            .addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(issuerKey.getPublic()))
            .build(
                new JcaContentSignerBuilder("SHA256withECDSA")
                    .setProvider(AuthorityKey.CURVES)
                    .setSecureRandom(random)
                    .build(issuerKey.getPrivate()));
    return new PemIdentity(pem("CERTIFICATE", certificate.getEncoded()), pem(key.getPrivate()));
  }

  private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair key)
      throws GeneralSecurityException, IOException {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(127, random),
            Date.from(now.minus(SKEW)),
            Date.from(now.plus(lifetime)),
            subject,
            key.getPublic())
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key.getPublic()));
  }

  private KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", AuthorityKey.CURVES);
    generator.initialize(new ECGenParameterSpec(AuthorityKey.CURVE), random);
    return generator.generateKeyPair();
  }

  private static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, LINES.encodeToString(der), type);
  }
}
