package dev.xfolds.operator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SingleIdentityTest {
  @Test
  void keyIsThatOfTheCertificate() throws Exception {
    RunCertificates issued = issue();
    SingleIdentity identity = SingleIdentity.of(issued.operator());
    String alias = identity.chooseEngineClientAlias(new String[] {"EC"}, null, null);
    X509Certificate certificate = identity.getCertificateChain(alias)[0];
    assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=operator");
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(identity.getPrivateKey(alias));
    signature.update(new byte[] {1, 2, 3});
    byte[] signed = signature.sign();
    signature.initVerify(certificate);
    signature.update(new byte[] {1, 2, 3});
    assertThat(signature.verify(signed)).isTrue();
  }

  @Test
  void textThatIsNoKeyIsRefused() {
    PemIdentity operator = issue().operator();
    assertThatThrownBy(() -> SingleIdentity.of(new PemIdentity(operator.certificate(), "none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PRIVATE KEY");
  }

  private static RunCertificates issue() {
    return new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), Duration.ofDays(1))
        .issue(
            new AuthoritySecrets(new byte[AuthorityKey.SECRET_BYTES], Optional.empty())
                .of("uid", Optional.empty())
                .key(),
            "run",
            List.of("trainer"),
            List.of("evaluator"));
  }
}
