package dev.xfolds.trainer.bench;

import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate that is its own authority, by the JDK's keytool: for processes that are timed. */
public final class BenchCertificates {

  private static final String PASSWORD = "bench-only";
  private static final String NAME = "bench";

  private BenchCertificates() {}

  /**
   * Writes ca.crt, tls.crt and tls.key.
   *
   * @return the folder
   * @throws TrainerException code 2 if this is no JDK
   */
  public static Path make(Path folder) {
    try {
      Files.createDirectories(folder);
      Path store = folder.resolve("store.p12");
      Files.deleteIfExists(store);
      generate(store);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      byte[] certificate = keys.getCertificate(NAME).getEncoded();
      byte[] key = keys.getKey(NAME, PASSWORD.toCharArray()).getEncoded();
      Files.writeString(folder.resolve("ca.crt"), pem("CERTIFICATE", certificate));
      Files.writeString(folder.resolve("tls.crt"), pem("CERTIFICATE", certificate));
      Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key));
      return folder;
    } catch (IOException | GeneralSecurityException e) {
      throw TrainerException.invalid(
          "certificates for two processes cannot be made, which takes a JDK: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TrainerException.retry("interrupted while certificates were made", e);
    }
  }

  private static void generate(Path store) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                NAME,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=bench",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said.strip());
    }
  }

  private static String pem(String type, byte[] encoded) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64, type);
  }
}
