package dev.xfolds.trainer.answer;

import dev.xfolds.trainer.config.Identity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of one test, and what it issues for loopback. */
final class Certificates {

  private static final X500Name AUTHORITY = new X500Name("CN=authority of a test");

  private final KeyPair keys = newKeys();
  private int serial;

  /** Writes a folder as --tls names it. */
  Path issue(String commonName, Path folder) throws IOException {
    Files.createDirectories(folder);
    KeyPair subject = newKeys();
    write(folder.resolve("ca.crt"), "CERTIFICATE", sign(AUTHORITY, keys));
    write(
        folder.resolve("tls.crt"), "CERTIFICATE", sign(new X500Name("CN=" + commonName), subject));
    write(folder.resolve("tls.key"), "PRIVATE KEY", subject.getPrivate().getEncoded());
    return folder;
  }

  Identity identity(String commonName, Path folder) throws IOException {
    return Identity.load(issue(commonName, folder));
  }

  private byte[] sign(X500Name subject, KeyPair subjectKeys) throws IOException {
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder certificate =
        new JcaX509v3CertificateBuilder(
            AUTHORITY,
            BigInteger.valueOf(++serial),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofHours(9))),
            subject,
            subjectKeys.getPublic());
    boolean authority = subject.equals(AUTHORITY);
    certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    GeneralName host = new GeneralName(GeneralName.dNSName, "localhost");
    certificate.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(host));
    try {
      return certificate
          .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String type, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }
}
