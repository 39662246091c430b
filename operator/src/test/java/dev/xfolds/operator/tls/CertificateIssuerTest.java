package dev.xfolds.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CertificateIssuerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  private final CertificateIssuer issuer =
      new CertificateIssuer(
          Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom(), Duration.ofDays(30));

  private final RunCertificates certificates =
      issuer.issue("a", List.of("a-trainer.ns.svc"), List.of("a-evaluator", "a-evaluator.ns.svc"));

  @Test
  void leavesAreSignedByTheirAuthorityAndSayWhoCalls() throws GeneralSecurityException {
    X509Certificate authority = parse(certificates.authority());
    for (var leaf :
        List.of(certificates.trainer(), certificates.evaluator(), certificates.operator())) {
      parse(leaf.certificate()).verify(authority.getPublicKey());
    }
    assertThat(parse(certificates.trainer().certificate()).getSubjectX500Principal().getName())
        .contains("CN=trainer");
    assertThat(parse(certificates.operator().certificate()).getSubjectX500Principal().getName())
        .contains("CN=operator");
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(parse(certificates.trainer().certificate()).getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void alternativeNamesAreServicesAndLoopback() throws GeneralSecurityException {
    var names = parse(certificates.evaluator().certificate()).getSubjectAlternativeNames();
    assertThat(names.stream().map(name -> (String) name.get(1)))
        .containsExactly("a-evaluator", "a-evaluator.ns.svc", "localhost", "127.0.0.1");
  }

  @Test
  void validityFollowsTheClockThatWasPassedIn() throws GeneralSecurityException {
    X509Certificate leaf = parse(certificates.evaluator().certificate());
    leaf.checkValidity(Date.from(NOW.minus(Duration.ofMinutes(5))));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(30)));
  }

  @Test
  void keyIsPkcs8AndBelongsToTheCertificate() throws GeneralSecurityException {
    String body = certificates.trainer().privateKey().replaceAll("-----[A-Z ]+-----|\\s", "");
    var key =
        (ECPrivateKey)
            KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256);
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(text);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(parse(certificates.trainer().certificate()).getPublicKey());
    verifier.update(text);
    assertThat(verifier.verify(signature)).isTrue();
  }

  @Test
  void anotherRunsAuthorityDoesNotVerify() throws GeneralSecurityException {
    X509Certificate other = parse(issuer.issue("b", List.of(), List.of()).authority());
    X509Certificate leaf = parse(certificates.trainer().certificate());
    assertThatThrownBy(() -> leaf.verify(other.getPublicKey()))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void textOfAnIdentityHidesTheKey() {
    assertThat(certificates.toString()).doesNotContain("PRIVATE");
  }

  private static X509Certificate parse(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
