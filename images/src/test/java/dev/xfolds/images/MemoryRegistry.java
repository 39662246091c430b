package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What an image registry has to understand of a push and of a pull. */
final class MemoryRegistry implements AutoCloseable {

  private static final String PASSWORD = "only-for-this-test";
  private static final Pattern UPLOAD = Pattern.compile("/v2/.+/blobs/uploads/.*");
  private static final Pattern BLOB = Pattern.compile("/v2/.+/blobs/(sha256:[0-9a-f]{64})");
  private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/(.+)");
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpsServer server;

  /**
   * Starts it with a certificate that nobody trusts.
   *
   * @param folder for the certificate
   */
  MemoryRegistry(Path folder) throws IOException, GeneralSecurityException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(folder.resolve("registry.p12"))));
    server.createContext("/", this::handle);
    server.setExecutor(executor);
    server.start();
  }

  private static SSLContext tls(Path store) throws IOException, GeneralSecurityException {
    Tool.run(
        List.of(
            System.getProperty("java.home") + "/bin/keytool",
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD),
        Map.of());
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  String name() {
    return "localhost:" + server.getAddress().getPort();
  }

  /** Digest of what was pushed as NAME:TAG. */
  Optional<String> digest(String name) {
    return Optional.ofNullable(manifests.get(name)).map(MemoryRegistry::digestOf);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      Matcher blob = BLOB.matcher(path);
      Matcher manifest = MANIFEST.matcher(path);
      if (UPLOAD.matcher(path).matches()) {
        upload(exchange, path, body);
      } else if (blob.matches()) {
        give(exchange, blobs.get(blob.group(1)), "application/octet-stream");
      } else if (manifest.matches()) {
        String name = manifest.group(1) + ":" + manifest.group(2);
        if (exchange.getRequestMethod().equals("PUT")) {
          manifests.put(name, body);
          exchange.getResponseHeaders().add("Docker-Content-Digest", digestOf(body));
          exchange.sendResponseHeaders(201, -1);
        } else {
          give(exchange, manifests.get(name), MANIFEST_TYPE);
        }
      } else {
        exchange.sendResponseHeaders(200, -1);
      }
    }
  }

  private void upload(HttpExchange exchange, String path, byte[] body) throws IOException {
    String place = path + (path.endsWith("/") ? Integer.toString(uploads.size()) : "");
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        String fresh = path + System.nanoTime();
        uploads.put(fresh, new byte[0]);
        exchange.getResponseHeaders().add("Location", fresh);
        exchange.sendResponseHeaders(202, -1);
      }
      case "PATCH" -> {
        uploads.put(place, body);
        exchange.getResponseHeaders().add("Location", place);
        exchange.sendResponseHeaders(202, -1);
      }
      default -> {
        byte[] whole = uploads.remove(place);
        blobs.put(digestOf(whole), whole);
        exchange.sendResponseHeaders(201, -1);
      }
    }
  }

  private static void give(HttpExchange exchange, byte[] content, String type) throws IOException {
    if (content == null) {
      byte[] error = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(404, head ? -1 : error.length);
      if (!head) {
        exchange.getResponseBody().write(error);
      }
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.getResponseHeaders().add("Docker-Content-Digest", digestOf(content));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private static String digestOf(byte[] content) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.close();
  }
}
