package dev.xfolds.operator.manifests;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of manifests/ that users apply, rendered. */
final class Manifests {
  static final Path ROOT = Path.of(System.getProperty("xfolds.root"));

  /** What installs the operator. */
  static final List<String> OVERLAYS =
      List.of("overlays/openshift", "overlays/kubernetes", "overlays/dev");

  /** What a run needs in its own namespace. */
  static final List<String> VOLUMES =
      List.of("samples/volumes/claims", "samples/volumes/claims-with-data", "samples/volumes/dev");

  static final String NAMESPACE = "xfolds-system";
  static final String OPERATOR = "xfolds-operator";

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private Manifests() {}

  static Path folder(String name) {
    return ROOT.resolve("manifests").resolve(name);
  }

  static List<HasMetadata> render(Kubectl kubectl, String name) {
    return parse(kubectl.kustomize(folder(name)));
  }

  static List<HasMetadata> parse(String documents) {
    return Stream.of(documents.split("(?m)^---\\s*$"))
        .filter(document -> !document.isBlank())
        .map(document -> YAML.<HasMetadata>unmarshal(document))
        .toList();
  }

  static String yaml(Object object) {
    return YAML.asYaml(object);
  }

  /**
   * A kustomization in a folder of its own that changes one of ours, as a user's would.
   *
   * @param more lines of the kustomization beside its resources
   */
  static String renderChanged(Kubectl kubectl, Path empty, String name, String more) {
    try {
      // kustomize takes no absolute path, and resolves links before it follows a relative one.
      Path from = empty.toRealPath();
      Path to = folder(name).toRealPath();
      Files.writeString(
          from.resolve("kustomization.yaml"),
          "resources: [%s]\n%s".formatted(from.relativize(to), more));
      return kubectl.kustomize(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T extends HasMetadata> List<T> all(List<HasMetadata> objects, Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The only object of a kind. */
  static <T extends HasMetadata> T only(List<HasMetadata> objects, Class<T> kind) {
    List<T> found = all(objects, kind);
    if (found.size() != 1) {
      throw new AssertionError("%s: expected one, was %d".formatted(kind, found.size()));
    }
    return found.getFirst();
  }
}
