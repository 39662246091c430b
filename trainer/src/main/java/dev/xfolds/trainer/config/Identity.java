package dev.xfolds.trainer.config;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * This process's certificate and the authority of its run: ca.crt, tls.crt, tls.key of a folder.
 * The files are looked at every minute, so that a renewed Secret needs no restart.
 */
public final class Identity implements AutoCloseable {

  private static final int RELOAD_MINUTES = 1;

  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager authorities;
  private final ScheduledExecutorService reloader;

  private Identity(Path folder, ScheduledExecutorService reloader)
      throws GeneralSecurityException, IOException {
    this.reloader = reloader;
    requireCertificate(folder.resolve("ca.crt"));
    requireCertificate(folder.resolve("tls.crt"));
    authorities = AdvancedTlsX509TrustManager.newBuilder().build();
    keys.updateIdentityCredentials(
        folder.resolve("tls.crt").toFile(),
        folder.resolve("tls.key").toFile(),
        RELOAD_MINUTES,
        TimeUnit.MINUTES,
        reloader);
    authorities.updateTrustCredentials(
        folder.resolve("ca.crt").toFile(), RELOAD_MINUTES, TimeUnit.MINUTES, reloader);
  }

  /**
   * Reads the folder once and starts to watch it.
   *
   * @throws TrainerException code 2 if a file is missing or no PEM
   */
  public static Identity load(Path folder) {
    return load(
        folder,
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tls-reload").factory()));
  }

  /** Looks at the files whenever {@code reloader} runs what it is given; owns it. */
  static Identity load(Path folder, ScheduledExecutorService reloader) {
    for (String name : new String[] {"ca.crt", "tls.crt", "tls.key"}) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw TrainerException.invalid(
            "--tls must be a folder with ca.crt, tls.crt and tls.key; %s is missing"
                .formatted(folder.resolve(name)));
      }
    }
    try {
      return new Identity(folder, reloader);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      reloader.shutdownNow();
      throw TrainerException.invalid(
          "--tls: %s must hold PEM certificates and a PKCS#8 key: %s"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static void requireCertificate(Path file) throws CertificateException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (CertificateUtils.getX509Certificates(in).length == 0) {
        throw new CertificateException(file.getFileName() + " holds no certificate");
      }
    }
  }

  /** For calling a server of the same authority, whose name is verified. */
  public ChannelCredentials client() {
    return TlsChannelCredentials.newBuilder().keyManager(keys).trustManager(authorities).build();
  }

  /** For serving; every client must have a certificate of the same authority. */
  public ServerCredentials server() {
    return TlsServerCredentials.newBuilder()
        .keyManager(keys)
        .trustManager(authorities)
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  @Override
  public void close() {
    reloader.shutdownNow();
  }
}
