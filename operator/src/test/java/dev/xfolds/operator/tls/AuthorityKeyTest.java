package dev.xfolds.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AuthorityKeyTest {
  private static final byte[] SECRET = new byte[AuthorityKey.SECRET_BYTES];

  private static RunCertificates issue(KeyPair authority) {
    return new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), Duration.ofDays(1))
        .issue(authority, "run", List.of("t"), List.of("e"));
  }

  private static X509Certificate parse(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void sameRunHasTheSameKeyAndAnotherRunAnother() {
    assertThat(AuthorityKey.derive(SECRET, "a").getPrivate())
        .isEqualTo(AuthorityKey.derive(SECRET, "a").getPrivate());
    assertThat(AuthorityKey.derive(SECRET, "a").getPublic())
        .isNotEqualTo(AuthorityKey.derive(SECRET, "b").getPublic());
    byte[] other = SECRET.clone();
    other[0] = 1;
    assertThat(AuthorityKey.derive(other, "a").getPublic())
        .isNotEqualTo(AuthorityKey.derive(SECRET, "a").getPublic());
  }

  @Test
  void whatWasIssuedLaterIsGoodForWhoTrustsTheFirst() throws Exception {
    RunCertificates first = issue(AuthorityKey.derive(SECRET, "a"));
    RunCertificates later = issue(AuthorityKey.derive(SECRET, "a"));
    parse(later.operator().certificate()).verify(parse(first.authority()).getPublicKey());
    assertThat(parse(later.operator().certificate()).getIssuerX500Principal())
        .isEqualTo(parse(first.authority()).getSubjectX500Principal());
  }

  @Test
  void certificateOfOneRunIsNoGoodForAnother() {
    RunCertificates one = issue(AuthorityKey.derive(SECRET, "a"));
    RunCertificates two = issue(AuthorityKey.derive(SECRET, "b"));
    assertThatThrownBy(
            () -> parse(one.operator().certificate()).verify(parse(two.authority()).getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void secretOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> AuthorityKey.derive(new byte[3], "a"))
        .hasMessage("the authority's secret must have 32 bytes, has 3");
  }
}
