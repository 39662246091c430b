package dev.xfolds.evaluator.service;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS from ca.crt, tls.crt and tls.key of a folder (PEM, PKCS#8). {@link #reload} takes new
 * files for new connections; connections that stand are left alone.
 */
final class ServerCertificates {

  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);

  private final Path authority;
  private final Path certificate;
  private final Path key;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private byte[][] loaded;

  /**
   * @throws StartException if a file is missing or holds no certificate or key
   */
  ServerCertificates(Path folder) {
    this.authority = folder.resolve("ca.crt");
    this.certificate = folder.resolve("tls.crt");
    this.key = folder.resolve("tls.key");
    try {
      for (Path file : new Path[] {authority, certificate, key}) {
        if (!Files.isReadable(file)) {
          throw new StartException(
              "--tls must hold ca.crt, tls.crt and tls.key; " + file + " cannot be read");
        }
      }
      this.trust =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
      this.loaded = read();
      take();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new StartException("--tls " + folder + " must hold PEM files (PKCS#8 key): " + e, e);
    }
  }

  ServerCredentials credentials() {
    return TlsServerCredentials.newBuilder()
        .keyManager(identity)
        .trustManager(trust)
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  /** Takes the files if they changed and are whole; otherwise the former ones stay in use. */
  synchronized void reload() {
    try {
      byte[][] now = read();
      // A second, equal reading: certificate and key were not replaced in between.
      if (Arrays.deepEquals(now, loaded) || !Arrays.deepEquals(now, read())) {
        return;
      }
      take();
      loaded = now;
      LOG.info("certificates re-read from {}", certificate.getParent());
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      LOG.warn("certificates not re-read, the former ones stay in use: {}", e.toString());
    }
  }

  private byte[][] read() throws IOException {
    return new byte[][] {
      Files.readAllBytes(authority), Files.readAllBytes(certificate), Files.readAllBytes(key)
    };
  }

  private void take() throws IOException, GeneralSecurityException {
    trust.updateTrustCredentials(authority.toFile());
    identity.updateIdentityCredentials(certificate.toFile(), key.toFile());
  }
}
