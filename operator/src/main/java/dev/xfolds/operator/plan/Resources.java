package dev.xfolds.operator.plan;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** YAML that is part of the program. */
final class Resources {

  private Resources() {}

  static <T> T yaml(String path, Class<T> type) {
    ObjectMapper mapper =
        new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    try (InputStream stream = Resources.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + path + " is not on the class path");
      }
      return mapper.readValue(stream, type);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + path, e);
    }
  }
}
