package dev.xfolds.trainer.parallel;

import dev.xfolds.trainer.config.TrainerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Mutual TLS 1.3 among the processes of a run. Whoever has a certificate of its authority is let
 * in, whatever its name: ranks move between addresses. The files are read for each connection, so
 * that a renewed Secret is taken up while ranks wait for each other.
 */
final class RunTls {

  private static final char[] NO_PASSWORD = {};

  private final Path folder;

  /**
   * Reads the files once.
   *
   * @param folder of ca.crt, tls.crt and tls.key: PEM, the key PKCS#8 and EC
   * @throws TrainerException code 2 if one is missing or no good
   */
  RunTls(Path folder) {
    this.folder = folder;
    try {
      context();
    } catch (IOException e) {
      throw TrainerException.invalid(
          "--tls must be a folder with ca.crt, tls.crt and tls.key: " + e.getMessage(), e);
    }
  }

  /**
   * The side that was called.
   *
   * @param consumed first byte of the stream, read already
   */
  SSLSocket server(Socket connection, byte consumed) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context()
                .getSocketFactory()
                .createSocket(connection, new ByteArrayInputStream(new byte[] {consumed}), true);
    socket.setNeedClientAuth(true);
    socket.startHandshake();
    return socket;
  }

  /** The side that calls. */
  SSLSocket client(Socket connection, Peer peer) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context().getSocketFactory().createSocket(connection, peer.host(), peer.port(), true);
    socket.startHandshake();
    return socket;
  }

  private SSLContext context() throws IOException {
    try {
      KeyStore own = empty();
      Certificate[] chain = certificates("tls.crt").toArray(Certificate[]::new);
      own.setKeyEntry("own", key(), NO_PASSWORD, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      KeyStore trusted = empty();
      for (Certificate authority : certificates("ca.crt")) {
        trusted.setCertificateEntry("authority-" + trusted.size(), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      context.getDefaultSSLParameters();
      return context;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("%s: %s".formatted(folder, Failure.reason(e)), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private Collection<? extends Certificate> certificates(String name)
      throws GeneralSecurityException, IOException {
    Path file = folder.resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new CertificateException(name + " holds no certificate");
      }
      return found;
    }
  }

  private PrivateKey key() throws GeneralSecurityException, IOException {
    String pem = Files.readString(folder.resolve("tls.key"));
    String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").strip();
    byte[] encoded = Base64.getMimeDecoder().decode(base64);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
