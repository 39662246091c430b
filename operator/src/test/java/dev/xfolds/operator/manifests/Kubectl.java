package dev.xfolds.operator.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs kubectl; tests are skipped, with a line, where it or a cluster is missing. */
final class Kubectl {
  private final Path program;

  private Kubectl(Path program) {
    this.program = program;
  }

  /**
   * What kubectl said.
   *
   * @param err warnings of the API server too
   */
  record Result(int exitCode, String out, String err) {}

  static Kubectl orSkip() {
    return new Kubectl(Tools.onPathOrSkip("kubectl"));
  }

  static Kubectl withClusterOrSkip() {
    if (System.getenv("KUBECONFIG") == null) {
      Tools.skip("KUBECONFIG names no cluster");
    }
    return orSkip();
  }

  /** Renders a kustomization; fails with kubectl's words. */
  String kustomize(Path folder) {
    return ok("", "kustomize", folder.toString());
  }

  /** Standard output of a command that has to succeed. */
  String ok(String input, String... arguments) {
    Result result = run(input, arguments);
    if (result.exitCode() != 0) {
      throw new AssertionError(
          "kubectl %s: %s".formatted(String.join(" ", arguments), result.err()));
    }
    return result.out();
  }

  Result run(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path in = null;
    Path out = null;
    Path err = null;
    try {
      in = Files.writeString(Files.createTempFile("kubectl", ".in"), input);
      out = Files.createTempFile("kubectl", ".out");
      err = Files.createTempFile("kubectl", ".err");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      int exitCode = process.waitFor();
      return new Result(
          exitCode,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kubectl ran", e);
    } finally {
      delete(in);
      delete(out);
      delete(err);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
