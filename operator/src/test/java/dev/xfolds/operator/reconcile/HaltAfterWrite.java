package dev.xfolds.operator.reconcile;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Halts this process when the API server answers a write that changed something: the answer has a
 * resource version that no answer before had, or says what was deleted. Writes of the Lease do not
 * count.
 */
final class HaltAfterWrite implements Interceptor {
  private static final Set<String> WRITES = Set.of("POST", "PUT", "PATCH", "DELETE");
  private static final Pattern CHANGED =
      Pattern.compile(
          "\"resourceVersion\":\"(\\d+)\"|\"status\":\"Success\".*\"uid\":\"([^\"]+)\"");

  private final Path file;

  HaltAfterWrite(Path file) {
    this.file = file;
  }

  @Override
  public AsyncBody.Consumer<List<ByteBuffer>> consumer(
      AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
    String path = request.uri().getPath();
    if (!WRITES.contains(request.method()) || path.contains("/leases")) {
      return consumer;
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
      consumer.consume(buffers, body);
    };
  }

  private synchronized void written(String line) {
    try {
      if (Files.exists(file) && Files.readAllLines(file).contains(line)) {
        return;
      }
      Files.writeString(
          file,
          line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().halt(HaltingOperator.HALTED);
  }
}
