package dev.xfolds.operator.reconcile;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts an operator off from the API server when that answers a write that changed something: the
 * answer has a resource version that no answer before had, or says what was deleted. The operator
 * does not hear of it, and asks nothing any more; what was under way for another run may still come
 * to pass, as with a process that is killed. Writes of the Lease do not count.
 */
final class HaltAfterWrite implements Interceptor {
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final Pattern CHANGED =
      Pattern.compile(
          "\"resourceVersion\":\"(\\d+)\"|\"status\":\"Success\".*\"uid\":\"([^\"]+)\"");

  private static final Pattern NAMESPACE = Pattern.compile("/namespaces/([^/]+)/");

  private final Path file;
  private final Set<String> namespaces = new HashSet<>();
  private final CountDownLatch cut = new CountDownLatch(1);

  /** Of one life; the file of writes is that of all. */
  HaltAfterWrite(Path file) {
    this.file = file;
  }

  void await() throws InterruptedException {
    cut.await();
  }

  private boolean isCut() {
    return cut.getCount() == 0;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (isCut()) {
      throw new IllegalStateException("halted");
    }
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    String path = request.uri().getPath();
    if (!WRITES.contains(request.method()) || path.contains("/leases")) {
      return (buffers, body) -> {
        if (!isCut()) {
          consumer.consume(buffers, body);
        }
      };
    }
    StringBuilder answer = new StringBuilder();
    return (buffers, body) -> {
      for (ByteBuffer buffer : buffers) {
        answer.append(StandardCharsets.UTF_8.decode(buffer.duplicate()));
      }
      Matcher changed = CHANGED.matcher(answer);
      if (changed.find()) {
        String version = changed.group(1) == null ? changed.group(2) : changed.group(1);
        written(request.method() + " " + path + " " + version);
      }
      if (!isCut()) {
        consumer.consume(buffers, body);
      }
    };
  }

  /** A run has a namespace to itself, and its life no more than one write of it. */
  private synchronized void written(String change) {
    try {
      if (Files.exists(file) && Files.readAllLines(file).contains(change)) {
        return;
      }
      Matcher namespace = NAMESPACE.matcher(change);
      boolean again = namespace.find() && !namespaces.add(namespace.group(1));
      String line = again ? change + HaltingOperator.AGAIN : change;
      Files.writeString(
          file,
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut.countDown();
  }
}
